import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '#libs/alerting';
import { HOUR_MS } from '#libs/contracts';
import { pipelinePool } from '#libs/persistence';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../../test/support/database.js';
import type { CapInfo, CapMessage } from './cap-message.js';
import { takeCap } from './take-cap.js';

const AT = Date.parse('2026-11-25T14:00:00+07:00');
const NOW = AT + HOUR_MS;

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 4);
});
beforeEach(() => empty());
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});
async function empty(): Promise<void> {
  await database.query('DELETE FROM alert');
  await database.query('DELETE FROM cap_message');
}

const info: CapInfo = {
  ...{ language: 'vi-VN', category: 'Met', event: 'Bão', urgency: 'Expected', severity: 'Severe', certainty: 'Likely' },
  ...{ parameters: [], areas: [] },
};
const sender = 'kttv@example.gov.vn';
const message = (identifier: string, more: Partial<CapMessage> = {}): CapMessage => ({
  ...{
    identifier,
    sender,
    sent: AT,
    status: 'Actual',
    msgType: 'Alert',
    scope: 'Public',
    references: [],
    infos: [info],
  },
  ...more,
});
const referring = (identifier: string, sent: number) => ({ sender, identifier, sent });
const MINUTE_MS = 60_000;
const at = (severity: CapInfo['severity']) => [{ ...info, severity }];
const sent = [
  message('O1'),
  message('O2', {
    ...{ msgType: 'Update', sent: AT + 10 * MINUTE_MS, references: [referring('O1', AT)], infos: at('Minor') },
  }),
  // Names the update alone, as some senders do.
  message('O3', {
    ...{ msgType: 'Update', sent: AT + 20 * MINUTE_MS, infos: at('Extreme') },
    references: [referring('O2', AT + 10 * MINUTE_MS)],
  }),
];
const cancel = message('O4', {
  ...{ msgType: 'Cancel', sent: AT + 30 * MINUTE_MS, references: [referring('O3', AT + 20 * MINUTE_MS)], infos: [] },
});
const open = () =>
  database.query(`SELECT severity FROM alert WHERE origin = 'cap' AND ended_at IS NULL ORDER BY number`);
/** All orders of these. */
const orders = <T>(all: readonly T[]): T[][] =>
  all.length < 2
    ? [[...all]]
    : all.flatMap((one) => orders(all.filter((other) => other !== one)).map((rest) => [one, ...rest]));
const take = (one: CapMessage) =>
  takeCap({ pool, limits: DEFAULT_SETTINGS.limits, unit: () => undefined }, one, 'an', NOW);

test.each(orders(sent).map((order) => ({ order, names: order.map(({ identifier }) => identifier).join(' ') })))(
  'the message that was sent last says what is so: $names',
  async ({ order }) => {
    for (const one of order) await take(one);
    expect(await open()).toEqual([{ severity: 'critical' }]);
    for (const one of order) expect((await take(one)).did).toBe('known');
    await take(cancel);
    expect(await open()).toEqual([]);
  },
);

test('a cancel that comes before anything that it is about leaves nothing open', async () => {
  for (const order of orders([...sent, cancel])) {
    await empty();
    for (const one of order) await take(one);
    expect(await open()).toEqual([]);
  }
});

test('messages handed in at once are one alert', async () => {
  await Promise.all(sent.map(take));
  expect(await open()).toEqual([{ severity: 'critical' }]);
});

test('a drill that becomes real is marked, told and asked as real, and the reverse as a drill', async () => {
  const marks = () =>
    database.query(
      `SELECT a.simulated, a.state, g.due_at <= $1 AS due FROM alert a JOIN alert_group g ON g.id = a.group_id
       WHERE a.origin = 'cap' ORDER BY a.number`,
      [new Date(NOW)],
    );
  const update = { msgType: 'Update', references: [referring('E1', AT)] } as const;
  await take(message('E1', { status: 'Exercise' }));
  await database.query(`UPDATE alert SET state = 'acknowledged', acknowledged_by = 'an', acknowledged_at = now()`);
  await database.query('UPDATE alert_group SET due_at = NULL');
  expect(await marks()).toEqual([{ simulated: true, state: 'acknowledged', due: null }]);
  await take(message('E2', { ...update, sent: AT + MINUTE_MS }));
  expect(await marks()).toEqual([{ simulated: false, state: 'firing', due: true }]);
  await take(message('E3', { ...update, sent: AT + 2 * MINUTE_MS, status: 'Exercise' }));
  expect(await marks()).toEqual([{ simulated: true, state: 'firing', due: true }]);
});
