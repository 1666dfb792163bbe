import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { storeParts } from '#libs/pipeline';
import { randomOf, type Catalogue } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';

/** Over the end of a month, for what is judged by months. */
const FROM = Date.parse('2026-11-29T12:00:00+07:00');
const NOW = FROM + 3 * DAY_MS;
let database: TestDatabase;
let pool: pg.Pool;
let store: PgPipelineStore;
let catalogue: Catalogue;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 4);
  store = new PgPipelineStore(pool);
  catalogue = await loadCatalogue();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Some of what every pack simulates in two days, its things told of several times. */
function simulated(): HubEvent[] {
  return catalogue.packs.flatMap(({ simulation }) => {
    const all = [...(simulation?.events({ from: FROM, to: FROM + 2 * DAY_MS, seed: 7, pace: 0.02 }) ?? [])];
    const step = Math.max(1, Math.floor(all.length / 60));
    const picked = all.filter((_, i) => i % step === 0);
    // Of what is about the same thing as a picked one, some more.
    const about = new Set(picked.flatMap(({ subject }) => (subject === undefined ? [] : [subject])));
    const more = all.filter(({ subject }) => subject !== undefined && about.has(subject)).slice(0, 60);
    return [...new Set([...picked, ...more])];
  });
}

/** Stores batches one after the other and gives back what the database holds of projections and buckets. */
async function held(batches: readonly (readonly HubEvent[])[]): Promise<string[]> {
  await pool.query(
    'TRUNCATE ledger, event, bucket, projection, batch, rejection, set_aside, source_state, level_sample',
  );
  for (const events of batches) {
    const sources = [...new Set(events.map(({ source }) => source))];
    const parts = sources.map((source) => ({
      batch: randomUUID(),
      source,
      at: NOW,
      via: 'http' as const,
      events: events.filter((event) => event.source === source),
      rejected: [],
      rejectedTotal: 0,
    }));
    await storeParts(store, catalogue, parts, NOW);
  }
  const things = await database.query<{ line: string }>(
    `SELECT kind || ' ' || key || ' ' || state::jsonb || ' ' || coalesce(until::text, '') || ' ' ||
       (SELECT coalesce(string_agg(e::jsonb::text, ',' ORDER BY e::jsonb::text), '') FROM json_array_elements(shares) e) AS line
     FROM projection`,
  );
  const buckets = await database.query<{ line: string }>(
    // Sums of the same numbers in another order agree to twelve digits. When a stock was last touched is how fresh it is,
    // and depends on what arrived: a late report moves nothing where a newer one is known.
    `SELECT concat_ws(' ', s.metric, s.dims, b.resolution, b.start, b.count, round(b.sum::numeric, 6),
       b.min, b.max, b.last, CASE WHEN b.last IS NOT NULL THEN b.last_at END) AS line
     FROM bucket b JOIN series s ON s.id = b.series WHERE b.count <> 0 OR abs(b.sum) > 1e-9`,
  );
  return [...things, ...buckets].map(({ line }) => line).sort();
}

test('any order, any repetition and any split into batches end in the same projections and buckets, of every pack', async () => {
  const events = simulated();
  expect(new Set(events.map(({ type }) => type.split('.')[2])).size).toBe(catalogue.packs.length);
  const wanted = await held([events]);
  expect(wanted.length).toBeGreaterThan(1_000);

  const arrivals = fc.record({
    order: fc.integer(),
    again: fc.array(fc.nat({ max: events.length - 1 }), { maxLength: 300 }),
    cuts: fc.array(fc.nat({ max: events.length + 300 }), { minLength: 1, maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(arrivals, async ({ order, again, cuts }) => {
      const random = randomOf(`${order}`);
      const shuffled = events.map((event) => ({ event, place: random() })).sort((a, b) => a.place - b.place);
      const told = [...shuffled.map(({ event }) => event), ...again.flatMap((i) => events[i] ?? [])];
      const edges = [0, ...cuts.filter((cut) => cut < told.length).sort((a, b) => a - b), told.length];
      const batches = edges.slice(1).map((end, i) => told.slice(edges[i], end));
      expect(await held(batches.filter((batch) => batch.length > 0))).toEqual(wanted);
    }),
    { numRuns: 15, seed: 11, endOnFailure: true },
  );
});
