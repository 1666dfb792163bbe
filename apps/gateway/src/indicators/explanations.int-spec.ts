import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { WallLinks } from '#libs/access';
import {
  calendarShift,
  calendarStart,
  dayName,
  MINUTE_MS,
  periodStart,
  type BoardState,
  type Breakdown,
  type Explained,
  type Explanation,
  type HubEvent,
  type IndicatorValues,
} from '#libs/contracts';
import { PgPipelineStore, pipelinePool } from '#libs/persistence';
import { storeParts } from '#libs/pipeline';
import { bootstrap, readSettings, type RunningApp } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import { CLINIC, clinic, noonBefore } from '../../../../test/support/clinic-pack.js';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';

const NOW = Date.now();
const MINUTE = periodStart('m', NOW);
const ago = (minutes: number): number => MINUTE - minutes * MINUTE_MS;
const iso = (at: number): string => new Date(at).toISOString();
/** First day of the month so many months ago. */
const month = (back: number): string => dayName(calendarShift('month', calendarStart('month', NOW), -back));

const catalogue = new Catalogue([clinic]);
let database: TestDatabase;
let pool: pg.Pool;
let running: RunningApp;
let wall: string;
let n = 0;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 2);
  await database.query(`INSERT INTO unit (code, valid_from, name, type, parent) VALUES
    ('T1', '2025-07-01', 'Tỉnh A', 'tỉnh', NULL), ('T101', '2025-07-01', 'Xã A1', 'xã', 'T1'),
    ('T2', '2025-07-01', 'Tỉnh B', 'tỉnh', NULL), ('T201', '2025-07-01', 'Xã B1', 'xã', 'T2'),
    ('T3', '2025-07-01', 'Tỉnh C', 'tỉnh', NULL), ('T301', '2025-07-01', 'Xã C1', 'xã', 'T3')`);
  await database.query(
    `INSERT INTO unit_predecessor (code, predecessor, since) VALUES ('T201', 'T9', '2025-07-01'), ('T201', 'T901', '2025-07-01')`,
  );
  await source('line', [CLINIC.call], ['*'], 10);
  await source('line-b', [CLINIC.call], ['T2'], 10);
  await source('desk', [CLINIC.visit], ['*'], 10);
  await source('register', [CLINIC.case, CLINIC.published], ['*'], 10);
  await source('hand-entry', [CLINIC.published], ['*'], 10);
  await source('younger', [CLINIC.call], ['*'], 0);

  await call('call-a', 'T101', ago(30));
  await call('call-b', 'T201', ago(28));
  await call('call-a2', 'T101', ago(5));
  for (const days of [1, 2, 3])
    for (let i = 0; i < days; i++) await call(`old-${days}-${i}`, 'T101', noonBefore(NOW, days), 'old');
  for (let i = 0; i < 150; i++) await store('desk', CLINIC.visit, `visit-${i}`, 'T101', ago(3), { count: 1 });
  for (let i = 0; i < 2; i++)
    await store('register', CLINIC.case, `case-${i}`, 'T101', ago(4), { patient: `p${i}`, disease: 'A97' });
  // Published, superseded, and another one withdrawn later on.
  await enter('online', 'T101', [], month(1), 1, 55, ago(30));
  await enter('online', 'T101', [], month(1), 2, 60, ago(10) + 37_000);
  await enter('online', 'T201', [], month(1), 1, 7, ago(30));
  await enter('online', 'T201', [], month(1), 2, null, ago(10));
  for (const year of [1, 2, 3, 4]) await enter('history', 'T101', ['A97'], month(12 * year), 1, 70 + year, ago(30));
  await tell('history', 'T101', ['A97'], month(60), 1, 100, ago(30));

  // Far behind what others tell: more than are looked at one by one.
  for (const id of ['visit-far', 'visit-gone'])
    await store('desk', CLINIC.visit, id, id === 'visit-far' ? 'T201' : 'T3', ago(60), { count: 1 });
  await store('desk', CLINIC.visit, 'visit-province', 'T2', ago(60), { count: 2 });
  await call('call-rare', 'T2', ago(60), 'rare');
  await database.query(
    `INSERT INTO event (day, source, id, type, "time", unit, data, received_at, batch)
     SELECT $1::date, 'other', 'call-noise-' || n, type, $2::timestamptz + n * interval '1 ms', 'T101', '{"kind":"noise","count":0}', $2, gen_random_uuid()
     FROM generate_series(1, 1500) n, unnest($3::text[]) type`,
    [dayName(ago(50)), new Date(ago(50)), [CLINIC.visit, CLINIC.call]],
  );
  await database.query(`DELETE FROM event WHERE id = 'visit-gone'`);

  running = await bootstrap(GatewayModule.forRoot(catalogue), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET: 'x'.repeat(40) }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app),
  });
  wall = (await running.app.get(WallLinks).add({ name: 'wall', sectors: ['*'], units: ['*'] }, 'test')).token;
});

afterAll(async () => {
  await running?.stop();
  await pool?.end();
  await database?.drop();
});

async function source(id: string, types: string[], units: string[], days: number): Promise<void> {
  await database.query(
    `INSERT INTO source (id, name, types, units, every, created_at)
     VALUES ($1, $1, $2, $3, 600, now() - $4 * interval '1 day')`,
    [id, types, units, days],
  );
}

/** An event as the worker stores and counts it. */
async function store(from: string, type: string, id: string, unit: string, time: number, data: object): Promise<void> {
  const event: HubEvent = { id, source: from, type, time, unit, data: { ...data } };
  const part = { source: from, at: time, via: 'http' as const, events: [event], rejected: [], rejectedTotal: 0 };
  await storeParts(new PgPipelineStore(pool), catalogue, [{ ...part, batch: randomUUID() }], time);
}

const call = (id: string, unit: string, at: number, kind = 'injury'): Promise<void> =>
  store('line', CLINIC.call, id, unit, at, { kind });

const tell = (
  metric: string,
  unit: string,
  dims: string[],
  period: string,
  version: number,
  value: number | null,
  at: number,
  from = 'register',
  id = `told-${n++}`,
): Promise<void> => store(from, CLINIC.published, id, unit, at, { metric, dims, period, version, value });

/** A value that somebody entered and published here. */
async function enter(...[metric, unit, dims, period, version, value, at]: EnteredArgs): Promise<void> {
  const id = randomUUID();
  await database.query(
    `INSERT INTO entry (id, metric, unit, dims, period, version, value, state, author, published_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'published', 'writer', $8)`,
    [id, `clinic.${metric}`, unit, dims, period, version, value, new Date(at)],
  );
  await tell(metric, unit, dims, period, version, value, at, 'hand-entry', id);
}
type EnteredArgs = [string, string, string[], string, number, number | null, number];

async function ask<B>(path: string, token = wall): Promise<B> {
  const answer = await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  expect([path, answer.status]).toEqual([path, 200]);
  return (await answer.json()) as B;
}

const explain = (code: string, query = ''): Promise<Explanation> =>
  ask<Explanation>(`/v1/indicators/clinic.${code}/explain${query}`);
const ids = ({ events }: Explanation): string[] => events.map(({ id }) => id);
const sources = (explanation: Explanation): string[] => explanation.sources.map(({ id }) => id);

test('a past moment tells the version that was published then, here and on boards, and nothing that is later', async () => {
  const told = async (minutes: number): Promise<unknown[]> => {
    const at = `?at=${iso(ago(minutes))}`;
    const { indicator, byHand, explained, events } = await explain('online', at);
    const list = await ask<IndicatorValues>(`/v1/indicators${at}`);
    const { state } = await ask<{ state: BoardState }>(`/v1/boards/clinic/state${at}`);
    const tile = state.tiles['online'];
    expect([list.indicators.find(({ code }) => code === 'clinic.online')?.value, tile]).toMatchObject([
      indicator.value,
      { value: indicator.value },
    ]);
    for (const time of [indicator.observedAt, ...events.map((event) => event.time)])
      expect(time === null || Date.parse(time) <= ago(minutes)).toBe(true);
    // Nothing was entered then: the tile says neither when nor by whom.
    if (indicator.value === null) expect([tile]).toEqual([expect.not.objectContaining({ entered: true })]);
    if (indicator.value === null) expect(tile).toMatchObject({ at: null });
    return [indicator.value, indicator.observedAt, byHand, explained.seriesTotal];
  };
  expect(await told(20)).toEqual([62, iso(ago(30)), { values: 2, of: 2 }, 2]);
  expect(await told(5)).toEqual([60, iso(ago(10) + 37_000), { values: 1, of: 1 }, 1]);
  expect(await told(40)).toEqual([null, null, { values: 0, of: 0 }, 0]);
  const { indicator } = await explain('online');
  expect(indicator).toMatchObject({ value: 60, entered: true, simulated: false });
  expect((await explain('calls')).indicator.entered).toBe(false);
});

test('what was withdrawn later stands behind the number of before', async () => {
  const { indicator, events } = await explain('online', `?by=unit&key=T201&at=${iso(ago(20))}`);
  expect([indicator.value, events.map(({ type, time }) => [type, time])]).toEqual([
    7,
    [[CLINIC.published, iso(ago(30))]],
  ]);
});

test('an older period that is published later does not become the newest figure', async () => {
  await enter('online', 'T101', [], month(3), 1, 11, ago(2));
  const { indicator, explained, byHand } = await explain('online', `?at=${iso(ago(1))}`);
  expect([indicator.value, explained.series?.[0]?.value, byHand]).toEqual([60, 60, { values: 1, of: 1 }]);
});

test('what a system published and superseded is as it was then, too', async () => {
  // Minutes ago it may have been another month.
  for (const back of [12, 13]) {
    await tell('history', 'T201', ['B05'], month(back), 1, 10, ago(30));
    await tell('history', 'T201', ['B05'], month(back), 2, 30, ago(8));
  }
  const value = async (minutes: number): Promise<number | null> =>
    (await explain('usual', `?by=disease&key=B05&at=${iso(ago(minutes))}`)).explained.parts?.at(-1)?.value ?? null;
  expect([await value(20), await value(5), await value(40)]).toEqual([10, 30, null]);
});

test('a mean of five years shows each of its periods with its span, its series, and who entered it', async () => {
  const { explained, byHand, indicator, events } = await explain('excess', '?by=unit&key=T101');
  expect(indicator.value).toBeCloseTo(8 / (78 + 1), 9);
  const fold = foldIn(explained);
  expect(fold?.value).toBeCloseTo((100 + 74 + 73 + 72 + 71) / 5, 9);
  expect(fold?.parts?.map(({ value, period, series }) => [value, dayName(period?.from ?? 0), series?.length])).toEqual([
    [100, month(60), 1],
    [74, month(48), 1],
    [73, month(36), 1],
    [72, month(24), 1],
    [71, month(12), 1],
  ]);
  expect(fold?.parts?.[1]?.period?.to).toBe(Date.parse(`${month(47)}T00:00:00+07:00`));
  expect(fold?.parts?.[1]?.series?.[0]?.dims).toMatchObject({ disease: { value: 'A97' } });
  // The calls of a week in two series, and five years, of which a system told one.
  expect(byHand).toEqual({ values: 4, of: 7 });
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set([CLINIC.call, CLINIC.published]));
});

/** The first part that has periods. */
function foldIn(explained: Explained): Explained | undefined {
  if (explained.parts?.[0]?.period) return explained;
  return explained.parts?.map(foldIn).find((found) => found !== undefined);
}

test('events and sources are those behind the metrics that were read, of the unit where one was asked for', async () => {
  const all = await explain('calls');
  expect(all.dimensionNames).toEqual({ kind: { vi: 'Loại cuộc gọi', en: 'Kind of call' } });
  expect(ids(all).slice(0, 3)).toEqual(['call-a2', 'call-b', 'call-a']);
  expect(ids(all).every((id) => /^(call|old)/.test(id))).toBe(true);
  expect(sources(all)).toEqual(['line', 'line-b', 'younger']);
  const one = await explain('calls', '?by=unit&key=T201');
  expect([ids(one), sources(one)]).toEqual([['call-b'], ['line', 'line-b', 'younger']]);
  const other = await explain('calls', '?by=unit&key=T101');
  expect(ids(other)).not.toContain('call-b');
  expect(sources(other)).toEqual(['line', 'younger']);
  expect(sources(await explain('online'))).toEqual(['hand-entry', 'register']);
  // Of the days that a mean is made of, not of today.
  const usual = await explain('calls-usual');
  expect([usual.indicator.value, ids(usual).sort()]).toEqual([
    2,
    ['old-1-0', 'old-2-0', 'old-2-1', 'old-3-0', 'old-3-1', 'old-3-2'],
  ]);
});

test('a unit may be named as it was before a merger; what is no unit is not 0', async () => {
  const today = await explain('calls', '?by=unit&key=T201');
  for (const key of ['T901', 'former:T9']) {
    const { indicator, only, events } = await explain('calls', `?by=unit&key=${key}`);
    expect([key, indicator.value, only?.key, events]).toEqual([key, today.indicator.value, key, today.events]);
  }
  const answer = await fetch(`${running.url}/v1/indicators/clinic.calls/explain?by=unit&key=99999`, {
    headers: { authorization: `Bearer ${wall}` },
  });
  expect([answer.status, await answer.json()]).toEqual([404, expect.objectContaining({ code: 'unit-unknown' })]);
});

test('events of one unit or key are found behind thousands of others; where none is, it is said', async () => {
  const far = await explain('visits', '?by=unit&key=T201');
  expect([far.indicator.value, ids(far), far.eventsNote]).toEqual([1, ['visit-far'], null]);
  const rare = await explain('calls', '?by=kind&key=rare');
  expect([rare.indicator.value, ids(rare)]).toEqual([1, ['call-rare']]);
  const gone = await explain('visits', '?by=unit&key=T3');
  expect([gone.indicator.value, ids(gone), gone.eventsNote?.vi]).toEqual([1, [], expect.stringMatching(/không thấy/)]);
  expect((await explain('visits', '?by=unit&key=T301')).eventsNote).toBeNull();
  expect((await explain('cases')).eventsNote?.en).toMatch(/hidden/);
});

test('a unit that holds others is all within it: its explanation, its row and a link of it say the same', async () => {
  const own = await explain('visits', '?by=unit&key=T2');
  expect([own.indicator.value, ids(own).sort()]).toEqual([3, ['visit-far', 'visit-province']]);
  const { rows } = await ask<Breakdown>('/v1/indicators/clinic.visits/by/unit');
  expect(rows.map(({ key, value, whole }) => [key, value, whole])).toEqual([
    ['T101', 150, undefined],
    ['T2', 3, true],
    ['T201', 1, undefined],
    ['T3', 1, true],
  ]);
  const link = await running.app.get(WallLinks).add({ name: 'T2', sectors: ['*'], units: ['T2'] }, 'test');
  const { indicators } = await ask<IndicatorValues>('/v1/indicators', link.token);
  expect(indicators.find(({ code }) => code === 'clinic.visits')?.value).toBe(3);
});

test('sources are as they were at the moment', async () => {
  const { sources: then } = await explain('calls', `?at=${iso(ago(20))}`);
  expect(then.map(({ id, lastSeen, level }) => [id, lastSeen, level])).toEqual([
    ['line', iso(ago(28)), 'ok'],
    ['line-b', null, 'unknown'],
  ]);
  const { sources: now } = await explain('calls');
  expect(now.find(({ id }) => id === 'line')?.lastSeen).toBe(iso(ago(5)));
});

test('a hidden small count tells nothing of when its newest case was', async () => {
  const { indicator, explained, events } = await explain('cases');
  expect([indicator.value, indicator.observedAt, explained.value, explained.at, events]).toEqual([
    null,
    null,
    null,
    null,
    [],
  ]);
  const { indicators } = await ask<IndicatorValues>('/v1/indicators');
  expect(indicators.find(({ code }) => code === 'clinic.cases')).toMatchObject({ value: null, observedAt: null });
  const { state } = await ask<{ state: BoardState }>('/v1/boards/clinic/state');
  expect(state.tiles['cases']).toMatchObject({ value: null, at: null, hiddenBelow: 5 });
  const { metrics } = await ask<{ metrics: { code: string; newestAt: string | null }[] }>('/v1/metrics');
  expect(metrics.find(({ code }) => code === 'clinic.cases')?.newestAt).toBeNull();
  expect(metrics.find(({ code }) => code === 'clinic.calls')?.newestAt).toBe(iso(ago(5)));
});
