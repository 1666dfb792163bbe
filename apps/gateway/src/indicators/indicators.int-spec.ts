import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { WallLinks } from '#libs/access';
import {
  DAY_MS,
  dayName,
  HOUR_MS,
  MINUTE_MS,
  periodStart,
  type Breakdown,
  type Explained,
  type IndicatorValue,
  type MetricView,
} from '#libs/contracts';
import type { UnitLookup } from '#libs/live';
import { BucketReader } from '#libs/persistence';
import { bootstrap, readSettings, type Clock, type RunningApp } from '#libs/platform';
import { Catalogue, formula, type Indicator } from '#libs/sector-kit';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { harbour } from '../../../../test/support/harbour-pack.js';
import { arrivals, moored } from '../../../../test/support/harbour-rows.js';
import { awayFromMidnight } from '../../../../test/support/midnight.js';
import { DataSource } from 'typeorm';
import { UNITS } from '../gateway.tokens.js';
import { Announcer } from '../outgoing/announcer.service.js';
import { BoardData } from '../boards/board-data.js';
import { DailyRecord } from '../outgoing/daily-record.service.js';
import { configure } from '../configure.js';
import { GatewayModule } from '../gateway.module.js';
import { PublicReadings } from './public-readings.service.js';

const both = (text: string) => ({ vi: text, en: text });
const made = (code: string, text: string, more: Partial<Indicator> = {}): Indicator => ({
  code: `harbour.${code}`,
  title: both(`=${code}, "quoted"`),
  formula: formula(text),
  format: { unit: both('t'), digits: 1 },
  note: both('for the test'),
  ...more,
});

let database: TestDatabase;
let running: RunningApp;
let tokens: Record<'all' | 'north' | 'other', string>;

beforeAll(async () => {
  await awayFromMidnight();
  database = await testDatabase();
  await database.query(`INSERT INTO unit (code, valid_from, name, type, parent) VALUES
    ('T1', '2025-07-01', 'Tỉnh A', 'tỉnh', NULL), ('T101', '2025-07-01', 'Xã A1', 'xã', 'T1'),
    ('T2', '2025-07-01', 'Tỉnh B', 'tỉnh', NULL), ('T201', '2025-07-01', 'Xã B1', 'xã', 'T2')`);
  await database.query(`INSERT INTO unit_predecessor (code, predecessor, since) VALUES
    ('T201', 'T9', '2025-07-01'), ('T201', 'T8', '2025-07-01'), ('T101', 'T7', '2025-07-01')`);
  await database.query(`INSERT INTO source (id, name, types, units, every, simulated) VALUES
    ('piers', 'Piers', '{vn.ioc.harbour.*}', '{*}', 60, true), ('clinic', 'Clinic', '{vn.ioc.health.*}', '{*}', 60, false)`);
  const now = Date.now();
  await arrivals(database, 'T101', 'n', periodStart('d', now), 4, now);
  await arrivals(database, 'T201', 's', periodStart('d', now), 2, now);
  for (const [unit, count] of Object.entries({ T101: 6, T201: 5, T9: 3 })) await moored(database, unit, count);
  const pack = {
    ...harbour,
    owner: both('Cảng vụ'),
    // Arrivals as if they were announced.
    metrics: harbour.metrics.map((metric) => ({
      ...metric,
      ...(metric.code === 'harbour.crew' ? { hideBelow: 5 } : {}),
      ...(metric.code === 'harbour.arrivals' ? { forecast: true } : {}),
    })),
    indicators: [
      ...harbour.indicators,
      made('share', '100 * [harbour.arrivals-today] / (count(harbour.arrivals, 7d) + 4)', {
        sharing: 'public',
        target: [
          { from: '2020-01-01', value: 50 },
          { from: '2999-01-01', value: 90 },
        ],
      }),
      made('crew-today', 'count(harbour.crew, today)'),
      made('secret', 'count(harbour.arrivals, today)', { sharing: 'restricted' }),
      made('old', 'count(harbour.arrivals, today)', { validTo: '2020-12-31' }),
    ],
  };
  running = await bootstrap(GatewayModule.forRoot(new Catalogue([pack])), {
    app: 'gateway',
    port: 0,
    settings: readSettings({ DATABASE_URL: database.url, HUB_SECRET: 'x'.repeat(40) }),
    logger: pino({ level: 'silent' }),
    ownProcess: false,
    configure: (app) => configure(app),
  });
  const links = running.app.get(WallLinks);
  const token = async (sectors: string[], units: string[]): Promise<string> =>
    (await links.add({ name: 'wall', sectors, units }, 'test')).token;
  tokens = {
    all: await token(['*'], ['*']),
    north: await token(['harbour'], ['T1']),
    other: await token(['elsewhere'], ['*']),
  };
});

afterAll(async () => {
  await running?.stop();
  await database?.drop();
});

/** Every answer that these tests look at, in one. */
interface Body {
  fresh: boolean;
  indicators: IndicatorValue[];
  indicator: IndicatorValue;
  explained: Explained;
  events: { id: string }[];
  sources: { id: string }[];
}

async function ask<B = Body>(
  path: string,
  token?: string,
): Promise<{ status: number; body: B; text: string; type: string }> {
  const answer = await fetch(`${running.url}${path}`, {
    ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, text, type, body: (type.includes('json') ? JSON.parse(text) : null) as B };
}

const codes = (body: { indicators: { code: string }[] }): string[] => body.indicators.map(({ code }) => code);

test('the list has each indicator in force with value, target, owner and formula', async () => {
  const { body } = await ask('/v1/indicators', tokens.all);
  expect(body.fresh).toBe(true);
  expect(codes(body)).toContain('harbour.arrivals-today');
  expect(codes(body)).not.toContain('harbour.old');
  const share = body.indicators.find(({ code }) => code === 'harbour.share');
  expect(share).toMatchObject({
    sector: 'harbour',
    value: 60,
    target: 50,
    sharing: 'public',
    owner: { vi: 'Cảng vụ' },
    formula: '100 * [harbour.arrivals-today] / (count(harbour.arrivals, 7d) + 4)',
    frequency: 'live',
    levels: [],
  });
  const today = body.indicators.find(({ code }) => code === 'harbour.arrivals-today');
  expect(today?.levels).toEqual([
    { level: 'attention', above: 5 },
    { level: 'serious', above: 10 },
  ]);
});

test('metrics and sources say who answers for them, and what is promised', async () => {
  const { metrics } = (await ask<{ metrics: MetricView[] }>('/v1/metrics', tokens.all)).body;
  const ofShips = metrics.find(({ code }) => code === 'harbour.arrivals');
  expect(ofShips).toMatchObject({ owner: { vi: 'Cảng vụ' }, every: 60 });
  const { sources } = (await ask<{ sources: object[] }>('/v1/sources', tokens.all)).body;
  expect(sources).toMatchObject([{ id: 'piers', owners: [{ vi: 'Cảng vụ' }], every: 60 }]);
});

test('each sees the numbers of its units, and a restricted indicator is not for a link', async () => {
  const value = async (token: string): Promise<number | null | undefined> =>
    (await ask('/v1/indicators', token)).body.indicators.find(({ code }) => code === 'harbour.arrivals-today')?.value;
  expect([await value(tokens.all), await value(tokens.north)]).toEqual([6, 4]);
  expect(codes((await ask('/v1/indicators', tokens.other)).body)).toEqual([]);
  expect(codes((await ask('/v1/indicators', tokens.all)).body)).not.toContain('harbour.secret');
  expect((await ask('/v1/indicators/harbour.secret/explain', tokens.all)).status).toBe(404);
  expect((await ask('/v1/indicators')).status).toBe(401);
});

test('what was counted for a unit that was merged away is in the unit of today, and apart on demand', async () => {
  const value = async (units: string[]): Promise<number | null | undefined> => {
    const { token } = await running.app.get(WallLinks).add({ name: 'old', sectors: ['*'], units }, 'test');
    const { body } = await ask('/v1/indicators', token);
    return body.indicators.find(({ code }) => code === 'harbour.moored-now')?.value;
  };
  expect([await value(['*']), await value(['T2']), await value(['T201']), await value(['T1'])]).toEqual([14, 8, 8, 6]);
  expect([await value(['former:T9']), await value(['former:T7'])]).toEqual([3, 6]);
  await expect(value(['former:T6'])).rejects.toThrow('there is no unit "former:T6"');
});

test('without signing in only public indicators are there', async () => {
  const { status, body } = await ask('/v1/public/indicators');
  expect(status).toBe(200);
  expect(body.indicators).toMatchObject([
    { code: 'harbour.share', simulated: true, entered: false, late: false, forecast: true },
  ]);
});

test('as CSV a spreadsheet can open it, and runs nothing', async () => {
  const { text, type } = await ask('/v1/indicators?format=csv&sector=harbour', tokens.all);
  expect(type).toContain('text/csv');
  const lines = text.split('\r\n');
  expect(lines[0]).toBe(
    'code,sector,name_vi,name_en,value,unit,level,target,observed_at,late,owner,formula,levels,simulated,entered,forecast',
  );
  expect(lines.find((line) => line.startsWith('harbour.share'))).toMatch(
    /^harbour\.share,harbour,"'=share, ""quoted""","'=share, ""quoted""",60,t,ok,50,20.*,simulated,,forecast$/,
  );
});

test('an explanation shows the formula, what was put in, the series, the events and the sources', async () => {
  const { body } = await ask('/v1/indicators/harbour.share/explain', tokens.north);
  expect(body.indicator.value).toBe(50);
  expect(body.explained).toMatchObject({ value: 50 });
  const [product, sum] = body.explained.parts ?? [];
  expect(product).toMatchObject({ text: '100 * [harbour.arrivals-today]', value: 400 });
  const [named] = product?.parts ?? [];
  expect(named).toMatchObject({ text: '[harbour.arrivals-today]', value: 4 });
  expect(named?.parts?.[0]).toMatchObject({ text: 'count(harbour.arrivals, today)', value: 4, seriesTotal: 1 });
  expect(named?.parts?.[0]?.series).toEqual([
    {
      dims: {
        unit: { value: 'T101', label: both('Xã A1') },
        pier: { value: 'n', label: expect.anything() },
      },
      value: 4,
      at: expect.any(Number),
    },
  ]);
  expect(sum).toMatchObject({ text: 'count(harbour.arrivals, 7d) + 4', value: 8 });
  expect(body.events.map(({ id }) => id)).toEqual(['ship-T101']);
  expect(JSON.stringify(body.events)).not.toContain('tonnes');
  expect(body.sources.map(({ id }) => id)).toEqual(['piers']);
});

test('taken apart by a dimension each value has its own number and those of the indicators that the formula names', async () => {
  const { body } = await ask<Breakdown>('/v1/indicators/harbour.share/by/pier', tokens.all);
  expect(body).toMatchObject({ by: 'pier', total: 2, parts: [{ code: 'harbour.arrivals-today' }] });
  expect(body.rows.map(({ key, value, parts }) => [key, value, parts])).toEqual([
    ['n', 50, [4]],
    ['s', (100 * 2) / 6, [2]].map((one) => (typeof one === 'number' ? expect.closeTo(one, 9) : one)),
  ]);
  const { body: own } = await ask<Breakdown>('/v1/indicators/harbour.share/by/pier', tokens.north);
  expect(own.rows.map(({ key }) => key)).toEqual(['n']);
  const unknown = await ask('/v1/indicators/harbour.share/by/captain', tokens.all);
  expect(unknown).toMatchObject({ status: 400, body: { field: 'by', detail: expect.stringContaining('unit, pier') } });
  expect((await ask('/v1/indicators/harbour.secret/by/pier', tokens.all)).status).toBe(404);
  // Of persons: from the counts of a few, shared one by one, others could be worked out.
  expect((await ask('/v1/indicators/harbour.crew-today/by/pier', tokens.all)).status).toBe(403);
});

test('an explanation of one value of a dimension is of that value alone', async () => {
  const { body } = await ask('/v1/indicators/harbour.share/explain?by=pier&key=s', tokens.all);
  expect(body.indicator.value).toBeCloseTo((100 * 2) / 6, 9);
  expect(body).toMatchObject({ dimensions: ['unit', 'pier'], only: { by: 'pier', key: 's' } });
  expect(body.explained.parts?.at(-1)?.parts?.[0]?.series?.map(({ dims }) => dims.pier?.value)).toEqual(['s']);
  const field = async (query: string): Promise<unknown> => {
    const { status, body: problem } = await ask<{ field?: string; errors?: { path: string }[] }>(
      `/v1/indicators/harbour.share/explain?${query}`,
      tokens.all,
    );
    return [status, problem.field ?? problem.errors?.[0]?.path];
  };
  expect([await field('by=captain&key=s'), await field('key=s'), await field('by=pier')]).toEqual([
    [400, 'by'],
    [400, '/by'],
    [400, '/key'],
  ]);
});

test('a past moment has its own answer, and bounds', async () => {
  const before = new Date(Date.now() - 49 * HOUR_MS).toISOString();
  const { body } = await ask(`/v1/indicators/harbour.arrivals-today/explain?at=${before}`, tokens.all);
  // Nothing of the sector had been observed by then: that is not 0.
  expect(body.indicator.value).toBeNull();
  expect(body.explained.series).toEqual([]);
  const future = await ask(`/v1/indicators?at=2999-01-01T00:00:00Z`, tokens.all);
  expect(future).toMatchObject({ status: 400, body: { code: 'time-future', field: 'at' } });
  expect((await ask('/v1/indicators/harbour.nothing/explain', tokens.all)).status).toBe(404);
  expect((await ask('/v1/indicators?sector=DROP', tokens.all)).status).toBe(400);
});

test('what everybody may read is a file, too, and counted by view: many readings, one row', async () => {
  const readings = running.app.get(PublicReadings);
  await readings.write();
  const rows = (): Promise<{ action: string; detail: { count: number; csv: number } }[]> =>
    database.query(`SELECT action, detail FROM audit_entry WHERE actor = 'public' ORDER BY id`);
  const before = (await rows()).length;
  const file = await ask('/v1/public/indicators?format=csv');
  expect(file.type).toContain('text/csv');
  expect(file.text).toMatch(/^code,sector,.*,levels,simulated,entered,forecast\r\nharbour\.share,/);
  for (let i = 0; i < 3; i++) await ask('/v1/public/indicators');
  expect(codes((await ask('/v1/public/indicators?sector=other')).body)).toEqual([]);
  expect((await ask('/v1/public/indicators?format=xml')).status).toBe(400);
  await readings.write();
  await readings.write();
  expect((await rows()).slice(before)).toMatchObject([{ action: 'indicators.read', detail: { count: 5, csv: 1 } }]);
});

test('who read what is in the audit', async () => {
  await ask('/v1/indicators/harbour.share/explain', tokens.north);
  const rows = await database.query<{ actor: string; object: string }>(
    `SELECT actor, object FROM audit_entry WHERE action = 'indicator.explained' ORDER BY id DESC LIMIT 1`,
  );
  expect(rows).toEqual([{ actor: 'wall-link wall', object: 'harbour.share' }]);
});

test('the record of a day is made once, ten minutes after its end, with the whole day in it, and stays', async () => {
  const { app } = running;
  const midnight = periodStart('d', Date.now()) + DAY_MS;
  const day = dayName(midnight - DAY_MS);
  let now = midnight + 9 * MINUTE_MS;
  const record = () =>
    new DailyRecord(
      app.get(DataSource),
      app.get(Catalogue),
      app.get(BucketReader),
      app.get(BoardData),
      app.get(Announcer),
      app.get<UnitLookup>(UNITS),
      { now: () => now } as Clock,
    );
  const ask_ = (path: string, token?: string) => ask(path.replace('DAY', day), token);
  expect(await record().make()).toBeNull();
  expect((await ask_('/v1/public/indicators/daily/DAY')).status).toBe(404);
  now = midnight + 11 * MINUTE_MS;
  expect(await record().make()).toBe(day);
  expect(codes((await ask_('/v1/public/indicators/daily/DAY')).body)).toEqual(['harbour.share']);
  const arrived = async (): Promise<number | null | undefined> =>
    (await ask_('/v1/indicators/daily/DAY', tokens.all)).body.indicators.find(
      ({ code }) => code === 'harbour.arrivals-today',
    )?.value;
  expect(await arrived()).toBe(6);
  expect((await ask_('/v1/indicators/daily/DAY', tokens.north)).status).toBe(403);
  expect((await ask_('/v1/indicators/daily/DAY?format=csv', tokens.all)).text).toMatch(
    /\r\nharbour\.arrivals-today,.*,simulated,,,forecast\r/,
  );
  for (const day of ['yesterday', '2026-02-31', '2026-13-01'])
    expect((await ask(`/v1/public/indicators/daily/${day}`)).status).toBe(400);

  await arrivals(database, 'T101', 'later', periodStart('d', Date.now()), 3, Date.now());
  now += DAY_MS;
  expect(await record().make()).toBe(dayName(midnight));
  now -= DAY_MS;
  expect(await record().make()).toBeNull();
  expect(await arrived()).toBe(6);
});
