/**
 * `npm run bench -- overdue [--dossiers 500000]`: so many open dossiers on a real PostgreSQL, stored by the pipeline
 * itself. A clock of its own then goes minute by minute over an afternoon's end, when most due times lie, and after each
 * minute the level in the database is compared with what the due times say. Prints how long each minute took.
 */
import { randomUUID } from 'node:crypto';
import { DAY_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import { ensureDatabase, migrate, PgPipelineStore, pipelinePool } from '#libs/persistence';
import { passDeadlines, storeParts } from '#libs/pipeline';
import { loadCatalogue } from '#libs/sectors';
import type pg from 'pg';
import { benchServer } from './server.js';

const BATCH = 2_000;
const CHUNK = 500;
/** A Thursday in working time; everything is due from the next Monday on. */
const START = Date.parse('2026-11-19T09:00:00+07:00');
const MONDAY = Date.parse('2026-11-23T00:00:00+07:00');
const WATCHED = { from: MONDAY + 16.9 * 60 * MINUTE_MS, to: MONDAY + 17.05 * 60 * MINUTE_MS };

export async function benchOverdue({ dossiers }: { dossiers: number }): Promise<void> {
  const server = await benchServer();
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  let pool: pg.Pool | undefined;
  try {
    await ensureDatabase(server.url('postgres'), 'overdue');
    await migrate(server.url('overdue'));
    pool = pipelinePool(server.url('overdue'), 'bench', 4);
    await run(pool, dossiers, say);
  } finally {
    await pool?.end();
    await server.stop();
  }
}

async function run(pool: pg.Pool, dossiers: number, say: (text: string) => void): Promise<void> {
  const catalogue = await loadCatalogue();
  const store = new PgPipelineStore(pool);
  let started = performance.now();
  const due: number[] = [];
  for (let from = 0; from < dossiers; from += BATCH) {
    const events = Array.from({ length: Math.min(BATCH, dossiers - from) }, (_, i) => eventOf(from + i, due));
    const part = {
      batch: randomUUID(),
      source: 'bench',
      at: START,
      via: 'http',
      rejected: [],
      rejectedTotal: 0,
    } as const;
    await storeParts(store, catalogue, [{ ...part, rejected: [], events }], START);
  }
  say(`stored                     ${dossiers} open dossiers in ${seconds(started)} s`);
  const peak = due.filter((time) => time === MONDAY + 17 * 60 * MINUTE_MS).length;
  say(`due on Monday at 17:00     ${peak}`);

  started = performance.now();
  const first = await pass(store, catalogue, WATCHED.from);
  say(`from Thursday to 16:54     ${first} changes in ${seconds(started)} s`);
  let wrong = 0;
  for (let now = WATCHED.from; now <= WATCHED.to; now += MINUTE_MS) {
    // One ms after the minute: due at 17:00:00.000 is overdue from then on.
    const at = now + 1;
    started = performance.now();
    const changed = await pass(store, catalogue, at);
    const took = seconds(started);
    const wanted = due.filter((time) => time < at).length;
    const { rows } = await pool.query<{ sum: number | null }>(
      `SELECT sum(b.sum) AS sum FROM bucket b JOIN series s ON s.id = b.series WHERE s.metric = 'dossiers.overdue' AND b.resolution = 0`,
    );
    const counted = Number(rows[0]?.sum ?? 0);
    if (counted !== wanted) wrong++;
    const time = new Date(now + 7 * 3_600_000).toISOString().slice(11, 16);
    say(
      `${time}                      ${counted} overdue (${counted === wanted ? 'exact' : `WRONG, ${wanted}`}), ${changed} changes in ${took} s`,
    );
  }
  if (wrong > 0) process.exitCode = 1;
}

/** Brings everything up to a moment; resolves to how many things changed. */
async function pass(
  store: PgPipelineStore,
  catalogue: Awaited<ReturnType<typeof loadCatalogue>>,
  now: number,
): Promise<number> {
  let changed = 0;
  for (;;) {
    const { due } = await passDeadlines(store, catalogue, now, CHUNK);
    changed += due;
    if (due < CHUNK) return changed;
  }
}

/** Two in a hundred are due on Monday at 17:00; the others at some minute of the fifty days after Monday's midnight. */
function eventOf(index: number, due: number[]): HubEvent {
  const minute = (index * 7_919) % (50 * 24 * 60);
  const at = index % 50 === 0 ? MONDAY + 17 * 60 * MINUTE_MS : MONDAY + minute * MINUTE_MS;
  due.push(at);
  const agency = `H13.${100 + (index % 120)}`;
  const code = `${agency}-261119-${String(index).padStart(6, '0')}`;
  return {
    id: code,
    source: 'bench',
    type: 'vn.ioc.dossiers.dossier.synchronised.v1',
    time: START - (index % DAY_MS),
    unit: '92',
    subject: code,
    data: {
      MaHoSo: code,
      MaDonViTiepNhan: agency,
      TrangThaiHoSo: '4',
      NgayTiepNhan: new Date(START).toISOString(),
      NgayHenTra: new Date(at).toISOString(),
    },
  };
}

const seconds = (from: number): string => ((performance.now() - from) / 1_000).toFixed(1);
