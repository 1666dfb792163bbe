import { DAY_MS, MINUTE_MS, periodStart, RESOLUTIONS } from '#libs/contracts';
import {
  BucketDeltas,
  collectPoison,
  foldEvent,
  observationsOf,
  type PoisonError,
  seriesKey,
  thingId,
  thingsOf,
  type BucketDelta,
} from '#libs/pipeline';
import type { Catalogue, Share } from '#libs/sector-kit';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { RESOLUTION_OF } from './bucket-table.js';
import { rawEvents, scan } from './scan.js';
import { checkAlerts } from './verify-alerts.js';

export interface Finding {
  /** Which invariant of docs/architecture.md is broken. */
  invariant: 1 | 2 | 3 | 5;
  what: string;
}

export interface VerifyReport {
  sources: { source: string; day: string; sent: number; stored: number; duplicates: number; rejected: number }[];
  events: number;
  buckets: number;
  things: number;
  /** Everything that is wrong, at most `MAX_FINDINGS`. */
  findings: Finding[];
  findingsTotal: number;
  /** Kept events that the rules of now cannot count; they add nothing. `first`: `source/id`, at most 10. */
  uncounted: { events: number; first: string[] };
}

const MAX_FINDINGS = 50;
const MAX_UNCOUNTED = 10;
const LONG = ['h', 'd'] as const;
/** Sums are added in another order here than there; those of stocks have gone up and down, too. */
const RELATIVE = 1e-9;
const OF_STOCKS = 1e-5;

/**
 * Proves invariants 1–3 and 5 over the whole database, in one snapshot of it, while the hub runs: accounts add up, every
 * event has one effect, every bucket and projection equals a recomputation from raw events. Buckets from before the
 * raw events kept (`rawDays`) cannot be recomputed and are left out.
 */
export async function verify(
  pool: pg.Pool,
  catalogue: Catalogue,
  options: { rawDays: number; minuteDays: number; now: number; onProgress?: (what: string) => void },
): Promise<VerifyReport> {
  const client = await pool.connect();
  const report: VerifyReport = {
    sources: [],
    events: 0,
    buckets: 0,
    things: 0,
    findings: [],
    findingsTotal: 0,
    uncounted: { events: 0, first: [] },
  };
  const find = (invariant: Finding['invariant'], what: string): void => {
    report.findingsTotal++;
    if (report.findings.length < MAX_FINDINGS) report.findings.push({ invariant, what });
  };
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query('SET LOCAL statement_timeout = 0');
    options.onProgress?.('accounts');
    await checkAccounts(client, report, find);
    await checkOnce(client, find);
    const minuteHorizon = options.now - (options.minuteDays - 1) * DAY_MS;
    options.onProgress?.('alerts');
    for (const what of await checkAlerts(client)) find(5, what);
    options.onProgress?.('events');
    const { observed, things } = await recompute(client, catalogue, minuteHorizon, report);
    options.onProgress?.('projections');
    const stocks = await checkThings(client, catalogue, things, report, find);
    options.onProgress?.('buckets');
    const horizon = periodStart('d', options.now - (options.rawDays - 1) * DAY_MS);
    await checkBuckets(client, catalogue, { observed, stocks, horizon, minuteHorizon }, report, find);
    return report;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}

type Find = (invariant: Finding['invariant'], what: string) => void;

async function checkAccounts(client: pg.ClientBase, report: VerifyReport, find: Find): Promise<void> {
  const { rows } = await client.query<VerifyReport['sources'][number]>(
    `SELECT source_id AS source, day::text, sum(sent)::float8 AS sent, sum(stored)::float8 AS stored, sum(duplicates)::float8 AS duplicates, sum(rejected)::float8 AS rejected
     FROM batch GROUP BY source_id, day ORDER BY source_id, day`,
  );
  report.sources = rows;
  for (const { source, day, sent, stored, duplicates, rejected } of rows) {
    if (sent !== stored + duplicates + rejected) {
      find(1, `${source} ${day}: sent ${sent} ≠ stored ${stored} + duplicates ${duplicates} + rejected ${rejected}`);
    }
  }
  const wrong = await client.query<{ id: string; stored: number; n: string }>(
    `SELECT b.id, b.stored, coalesce(e.n, 0) AS n FROM batch b LEFT JOIN (SELECT batch, count(*) AS n FROM event GROUP BY batch) e ON e.batch = b.id
     WHERE b.stored <> coalesce(e.n, 0) AND b.day >= (SELECT coalesce(min(day), 'infinity') FROM event) LIMIT 20`,
  );
  for (const row of wrong.rows) find(1, `batch ${row.id} says ${row.stored} stored events, the database has ${row.n}`);
  const stray = await client.query<{ batch: string }>(
    `SELECT DISTINCT batch FROM event e WHERE NOT EXISTS (SELECT FROM batch b WHERE b.id = e.batch) LIMIT 20`,
  );
  for (const row of stray.rows) find(1, `events of batch ${row.batch} have no account`);
}

async function checkOnce(client: pg.ClientBase, find: Find): Promise<void> {
  const twice = await client.query<{ source: string; id: string; n: string }>(
    `SELECT source, id, count(*) AS n FROM event GROUP BY source, id HAVING count(*) > 1 LIMIT 20`,
  );
  for (const row of twice.rows) find(2, `event ${row.source}/${row.id} is stored ${row.n} times`);
  const unledgered = await client.query<{ source: string; id: string }>(
    `SELECT e.source, e.id FROM event e WHERE NOT EXISTS (SELECT FROM ledger l WHERE l.source = e.source AND l.id = e.id)
     AND e.day >= (SELECT coalesce(min(day), 'infinity') FROM ledger) LIMIT 20`,
  );
  for (const row of unledgered.rows)
    find(2, `event ${row.source}/${row.id} is not in the ledger: it could be counted again`);
  const lost = await client.query<{ source: string; id: string }>(
    `SELECT l.source, l.id FROM ledger l WHERE NOT EXISTS (SELECT FROM event e WHERE e.source = l.source AND e.id = l.id)
     AND l.day >= (SELECT coalesce(min(day), 'infinity') FROM event) LIMIT 20`,
  );
  for (const row of lost.rows) find(1, `event ${row.source}/${row.id} was taken into the ledger and is not stored`);
}

/** Reads every raw event once and counts it anew; what the rules of now cannot count adds nothing, as in a recount. */
async function recompute(
  client: pg.ClientBase,
  catalogue: Catalogue,
  minuteHorizon: number,
  report: VerifyReport,
): Promise<{ observed: BucketDeltas; things: Map<string, { kind: string; key: string; state: object }> }> {
  const observed = new BucketDeltas();
  const things = new Map<string, { kind: string; key: string; state: object }>();
  for await (const event of rawEvents(client)) {
    report.events++;
    if (!catalogue.eventType(event.type)) continue;
    // Minutes past their retention are not compared, so not held either.
    const resolutions = event.time >= minuteHorizon - MINUTE_MS ? RESOLUTIONS : LONG;
    const poison: PoisonError[] = [];
    collectPoison(poison, () => {
      for (const observation of observationsOf(catalogue, event))
        observed.observe(observation, event.time, resolutions);
    });
    collectPoison(poison, () => {
      for (const thing of thingsOf(catalogue, event)) {
        const id = thingId(thing);
        things.set(id, { ...thing, state: foldEvent(catalogue, thing.kind, things.get(id)?.state ?? null, event) });
      }
    });
    if (poison.length > 0 && ++report.uncounted.events <= MAX_UNCOUNTED)
      report.uncounted.first.push(`${event.source}/${event.id}`);
  }
  return { observed, things };
}

interface ThingRow {
  kind: string;
  key: string;
  state: object;
  shares: Share[];
  as_of: string;
  whole: boolean;
}

/** Holds stored things against the recomputed; returns the stocks that the stored shares give. */
async function checkThings(
  client: pg.ClientBase,
  catalogue: Catalogue,
  things: Map<string, { state: object }>,
  report: VerifyReport,
  find: Find,
): Promise<BucketDeltas> {
  const stocks = new BucketDeltas();
  const seen = new Set<string>();
  for await (const row of scan<ThingRow>(
    client,
    `SELECT kind, key, state, shares, as_of, since >= (SELECT coalesce(min(day), 'infinity') FROM event) AS whole FROM projection`,
  )) {
    report.things++;
    const id = thingId(row);
    seen.add(id);
    for (const share of row.shares) stocks.share(share, 1, null);
    const projection = catalogue.projection(row.kind);
    if (!projection || !row.whole) continue;
    const state = things.get(id)?.state;
    if (!sameJson(state ?? null, row.state)) find(3, `${row.kind} ${row.key}: its state is not what its events give`);
    else if (!sameJson(projection.shares(row.state, Number(row.as_of)).shares, row.shares))
      find(3, `${row.kind} ${row.key}: its shares are not what its state gives`);
  }
  for (const id of things.keys())
    if (!seen.has(id)) find(3, `${id.replace('\u001f', ' ')}: events speak of it, no projection does`);
  return stocks;
}

interface BucketRecord {
  metric: string;
  dims: string[];
  resolution: number;
  start: string;
  count: string;
  sum: number;
  min: number | null;
  max: number | null;
  last: number | null;
}

async function checkBuckets(
  client: pg.ClientBase,
  catalogue: Catalogue,
  expected: { observed: BucketDeltas; stocks: BucketDeltas; horizon: number; minuteHorizon: number },
  report: VerifyReport,
  find: Find,
): Promise<void> {
  const seen = new Set<string>();
  const inReach = (delta: Pick<BucketDelta, 'resolution' | 'start'>): boolean =>
    delta.resolution === 'now' ||
    (delta.start >= expected.horizon && (delta.resolution !== 'm' || delta.start >= expected.minuteHorizon));
  for await (const row of scan<BucketRecord>(
    client,
    `SELECT s.metric, s.dims, b.resolution, b.start, b.count, b.sum, b.min, b.max, b.last FROM bucket b JOIN series s ON s.id = b.series`,
  )) {
    report.buckets++;
    const resolution = RESOLUTION_OF[row.resolution];
    const metric = catalogue.metric(row.metric);
    if (!resolution || !metric) continue;
    const start = Number(row.start) * 1000;
    const key = `${seriesKey(row.metric, row.dims)}\u001e${resolution}${start}`;
    seen.add(key);
    const isStock = metric.kind === 'stock';
    if (!isStock && !inReach({ resolution, start })) continue;
    const wanted = (isStock ? expected.stocks : expected.observed).get(key);
    const wrong = difference(row, wanted, isStock);
    if (wrong)
      find(
        3,
        `bucket ${row.metric} [${row.dims.join(', ')}] ${resolution} ${resolution === 'now' ? '' : new Date(start).toISOString()}: ${wrong}`,
      );
  }
  for (const source of [expected.observed, expected.stocks]) {
    for (const [key, delta] of source.entries()) {
      if ((delta.count === 0 && delta.sum === 0) || seen.has(key) || !inReach(delta)) continue;
      find(
        3,
        `bucket ${delta.metric} [${delta.dims.join(', ')}] ${delta.resolution} ${new Date(delta.start).toISOString()} is missing`,
      );
    }
  }
}

function difference(row: BucketRecord, wanted: BucketDelta | undefined, isStock: boolean): string | null {
  const count = wanted?.count ?? 0;
  const sum = wanted?.sum ?? 0;
  if (Number(row.count) !== count) return `count ${row.count}, recomputed ${count}`;
  const off = Math.max(isStock ? OF_STOCKS : RELATIVE, RELATIVE * Math.abs(sum));
  if (Math.abs(row.sum - sum) > off) return `sum ${row.sum}, recomputed ${sum}`;
  if (isStock) return null;
  for (const name of ['min', 'max', 'last'] as const) {
    if (row[name] !== (wanted?.[name] ?? null)) return `${name} ${row[name]}, recomputed ${wanted?.[name] ?? null}`;
  }
  return null;
}

/** Equal as JSON: order of keys does not matter, absent and undefined are the same. */
const sameJson = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
