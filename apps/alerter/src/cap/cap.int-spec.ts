import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import pg from 'pg';
import { DEFAULT_SETTINGS } from '#libs/alerting';
import { HOUR_MS, type AlertsMessage } from '#libs/contracts';
import { capSources, saveCapSources, saveCapStates, writeCap, writeFeed, type CapMessage } from '#libs/notify';
import { actOnAlert, alertDetail, alertsById, inTransaction } from '#libs/persistence';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Leader } from '../evaluation/leader.js';
import { CapPuller } from './cap-puller.js';

const AT = Date.parse('2026-11-25T14:00:00+07:00');

let database: TestDatabase;
let pool: pg.Pool;
let feed: Server;
let url: string;
let now: number;
let told: AlertsMessage[];
/** What the other side publishes, newest first. */
let published: CapMessage[];
let asked: string[];
/** The other side takes its time. */
let held: Promise<void>;
/** Messages cannot be fetched, only the feed. */
let broken: boolean;
/** These messages cannot be fetched. */
let withheld: Set<string>;
/** The feed says of no message when it was changed. */
let undated: boolean;
/** It keeps one address for whatever message is newest. */
let fixed: boolean;

const message = (identifier: string, more: Partial<CapMessage> = {}): CapMessage => ({
  identifier,
  sender: 'kttv@example.gov.vn',
  sent: AT,
  status: 'Actual',
  msgType: 'Alert',
  scope: 'Public',
  references: [],
  infos: [
    {
      language: 'vi-VN',
      category: 'Met',
      event: 'Bão',
      urgency: 'Expected',
      severity: 'Severe',
      certainty: 'Likely',
      expires: AT + 6 * HOUR_MS,
      headline: 'Bão số 9 vào đất liền',
      instruction: 'Không ra khơi',
      parameters: [],
      areas: [{ description: 'Ven biển', geocodes: [{ name: 'VN-GSO', value: '92' }] }],
    },
  ],
  ...more,
});
const referring = (identifier: string, sent: number) => ({ sender: 'kttv@example.gov.vn', identifier, sent });

beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  pool.on('error', () => undefined);
  feed = createServer((request, response) => {
    asked.push(request.url ?? '');
    void held.then(() => answer(request.url ?? '', response));
  });
  await new Promise<void>((done) => feed.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(feed.address() as AddressInfo).port}/feed.atom`;
});
function answer(path: string, response: ServerResponse): void {
  const pathOf = ({ identifier }: CapMessage): string => (fixed ? '/now.xml' : `/${identifier}.xml`);
  const found = published.find((one) => path === pathOf(one));
  if (path === '/feed.atom') {
    const entries = published.map((one) => ({ message: one, url: pathOf(one) }));
    const xml = writeFeed({ id: 'urn:x', title: 'Feed', author: 'x', url, at: now }, entries);
    response.end(undated ? xml.replace(/<updated>.*?<\/updated>/g, '') : xml);
  } else if (found && !broken && !withheld.has(found.identifier)) response.end(writeCap(found));
  else response.writeHead(500).end();
}
beforeEach(async () => {
  now = AT;
  told = [];
  published = [];
  asked = [];
  held = Promise.resolve();
  broken = false;
  withheld = new Set();
  undated = false;
  fixed = false;
  await database.query(`DELETE FROM alert WHERE origin = 'cap'`);
  await database.query('DELETE FROM cap_message');
  await saveCapSources(pool, [{ name: 'Khí tượng', url }]);
});
afterAll(async () => {
  feed.close();
  await pool.end();
  await database.drop();
});

const puller = (inside = true, log = pino({ level: 'silent' })): CapPuller =>
  new CapPuller({
    pool,
    setup: () =>
      Promise.resolve({
        limits: DEFAULT_SETTINGS.limits,
        unit: (code) => (code === '92' ? { code, lon: 105.78, lat: 10.03 } : undefined),
      }),
    publish: (sent) => Promise.resolve(void told.push(sent)),
    clock: { now: () => now },
    log,
    inside,
  });
const alerts = () =>
  database.query<{ id: string; state: string; severity: string; unit: string | null; simulated: boolean }>(
    `SELECT id, state, severity, unit, simulated FROM alert WHERE origin = 'cap' ORDER BY number`,
  );

test('Alert, Update and Cancel are one alert with its history; reading them again, by another process too, changes nothing', async () => {
  published = [message('A1')];
  const first = puller();
  await first.pull();
  expect(await alerts()).toMatchObject([{ state: 'firing', severity: 'serious', unit: '92' }]);
  published.unshift(
    message('A2', {
      msgType: 'Update',
      sent: AT + HOUR_MS,
      references: [referring('A1', AT)],
      infos: [{ ...message('A2').infos[0]!, severity: 'Extreme' }],
    }),
  );
  now += HOUR_MS;
  await first.pull();
  await puller().pull();
  expect(await alerts()).toMatchObject([{ state: 'firing', severity: 'critical' }]);
  // Refers to the update alone, as some senders do.
  const cancel = { msgType: 'Cancel', sent: AT + 2 * HOUR_MS, references: [referring('A2', AT + HOUR_MS)] } as const;
  published.unshift(message('A3', { ...cancel, infos: [] }));
  now += HOUR_MS;
  await first.pull();
  await puller().pull();
  const [one, ...others] = await alerts();
  expect(others).toEqual([]);
  expect(one?.state).toBe('resolved');
  const detail = await alertDetail(pool, one?.id ?? '');
  expect(detail?.history.map(({ kind }) => kind)).toEqual(['fired', 'updated', 'reopened', 'ended']);
  expect(detail?.steps[0]?.text.vi).toBe('Không ra khơi');
  expect(told.filter(({ ids }) => ids.includes(one?.id ?? ''))).toHaveLength(3);
  expect(asked.filter((path) => path === '/A1.xml')).toHaveLength(3);
});

test.each([
  { name: 'dates it anew', dated: true },
  { name: 'gives no dates', dated: false },
])(
  'a feed that keeps one address for its newest message and $name loses no update and no cancel',
  async ({ dated }) => {
    undated = !dated;
    fixed = true;
    published = [message('K1')];
    const one = puller();
    await one.pull();
    await one.pull();
    expect(asked.filter((path) => path === '/now.xml')).toHaveLength(dated ? 1 : 2);
    expect(await alerts()).toMatchObject([{ state: 'firing' }]);
    const cancel = { msgType: 'Cancel', sent: AT + 60_000, references: [referring('K1', AT)], infos: [] } as const;
    published = [message('K2', cancel)];
    now += 60_000;
    await one.pull();
    expect(await alerts()).toMatchObject([{ state: 'resolved' }]);
  },
);

test('what grows worse by an update is told anew, and has to be answered again', async () => {
  published = [message('E1')];
  await puller().pull();
  const [one] = await alerts();
  await actOnAlert(pool, one?.id ?? '', { action: 'acknowledge' }, { login: 'an' }, now);
  const worse = [{ ...message('E2').infos[0]!, severity: 'Extreme' as const }];
  published.unshift(
    message('E2', { msgType: 'Update', sent: AT + 1000, references: [referring('E1', AT)], infos: worse }),
  );
  now += 60_000;
  await puller().pull();
  const { respond, resolve } = DEFAULT_SETTINGS.limits.critical;
  const until = { askedAt: now, respondBy: now + respond * 60_000, resolveBy: now + resolve * 60_000 };
  const [changed] = await alertsById(pool, [one?.id ?? '']);
  expect(changed).toMatchObject({ state: 'firing', severity: 'critical', ...until });
  expect(
    await database.query(
      `SELECT g.severity, g.due_at <= $2 AS due, c.kind FROM alert_change c JOIN alert_group g ON g.id = c.group_id
       WHERE c.alert_id = $1 ORDER BY c.seq DESC LIMIT 1`,
      [one?.id, new Date(now)],
    ),
  ).toEqual([{ severity: 'critical', due: true, kind: 'reopened' }]);
});

test('nobody updates or cancels what another sender has sent', async () => {
  published = [message('F1')];
  await puller().pull();
  const stranger = { sender: 'nobody@example.org', references: [referring('F1', AT)] };
  const worse = [{ ...message('F2').infos[0]!, severity: 'Extreme' as const, headline: 'Tin khác' }];
  published.unshift(message('F2', { ...stranger, msgType: 'Update', sent: AT + 1000, infos: worse }));
  published.unshift(message('F3', { ...stranger, msgType: 'Cancel', sent: AT + 2000, infos: [] }));
  now += 60_000;
  await puller().pull();
  const rows = await database.query(
    `SELECT title->>'vi' AS title, state, severity FROM alert WHERE origin = 'cap' ORDER BY number`,
  );
  expect(rows).toEqual([
    { title: 'Bão số 9 vào đất liền', state: 'firing', severity: 'serious' },
    { title: 'Tin khác', state: 'firing', severity: 'critical' },
  ]);
});

const worsened = (): CapMessage[] => [
  message('O1'),
  message('O2', {
    ...{ msgType: 'Update', sent: AT + 1000, references: [referring('O1', AT)] },
    infos: [{ ...message('O2').infos[0]!, severity: 'Extreme' }],
  }),
];

test('a feed that lists the oldest first is told once, as its last message says', async () => {
  published = worsened();
  await puller().pull();
  expect(await alerts()).toMatchObject([{ state: 'firing', severity: 'critical' }]);
  const [one] = await alerts();
  expect((await alertDetail(pool, one?.id ?? ''))?.history.map(({ kind }) => kind)).toEqual([
    'fired',
    'updated',
    'reopened',
  ]);
});

test('messages of a feed that cannot be read keep none behind them from being read', async () => {
  const lost = Array.from({ length: 60 }, (_, i) => message(`L${i}`, { sent: AT + 60_000 }));
  published = [...lost, ...worsened()];
  withheld = new Set(lost.map(({ identifier }) => identifier));
  const one = puller();
  await one.pull();
  await one.pull();
  expect((await alerts()).some(({ severity }) => severity === 'critical')).toBe(true);
});

test('an update that is past its time ends what it brings up to date', async () => {
  published = [message('P1')];
  await puller().pull();
  now = AT + 2 * HOUR_MS;
  const over = [{ ...message('P2').infos[0]!, expires: AT + HOUR_MS }];
  published.unshift(
    message('P2', { msgType: 'Update', sent: AT + 1000, references: [referring('P1', AT)], infos: over }),
  );
  await puller().pull();
  expect(await alerts()).toMatchObject([{ state: 'resolved' }]);
});

test('two rounds at once raise one alert', async () => {
  published = [message('B1')];
  await Promise.all([puller().pull(), puller().pull(), puller().pull()]);
  await puller().pull();
  expect(await alerts()).toHaveLength(1);
});

test('what nobody prolongs ends at its time; a drill is marked; a test raises nothing', async () => {
  published = [message('C3', { status: 'Test' }), message('C2', { status: 'Exercise' }), message('C1')];
  await puller().pull();
  expect((await alerts()).map(({ simulated }) => simulated)).toEqual([false, true]);
  now = AT + 6 * HOUR_MS - 1;
  await puller().pull();
  expect((await alerts()).map(({ state }) => state)).toEqual(['firing', 'firing']);
  now = AT + 6 * HOUR_MS;
  await puller().pull();
  expect((await alerts()).map(({ state }) => state)).toEqual(['resolved', 'resolved']);
});

test('a feed that fails, or that lies inside where that is not allowed, says so and costs no other', async () => {
  await saveCapSources(pool, [
    { name: 'broken', url: url.replace('feed.atom', 'nowhere') },
    { name: 'right', url },
  ]);
  published = [message('D1')];
  await puller().pull();
  expect(await alerts()).toHaveLength(1);
  const [broken, right] = await capSources(pool);
  expect(broken).toMatchObject({ okAt: null, error: 'HTTP 500' });
  expect(right).toMatchObject({ okAt: new Date(AT).toISOString(), error: null });
  await puller(false).pull();
  expect((await capSources(pool))[1]?.error).toContain('private network');
});

test('a feed that stays away is said when it goes, then rarely, and when it is back', async () => {
  const lines: { level: number; msg: string; error?: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const said = () => lines.splice(0).map(({ msg }) => msg);
  const one = puller(true, log);
  await saveCapSources(pool, [{ name: 'away', url: url.replace('feed.atom', `nowhere${'x'.repeat(400)}`) }]);
  await one.pull();
  expect(said()).toEqual(['a CAP feed cannot be read']);
  for (let minute = 1; minute < 360; minute += 30) {
    now = AT + minute * 60_000;
    await one.pull();
  }
  expect(said()).toEqual([]);
  now = AT + 6 * HOUR_MS;
  await one.pull();
  expect(said()).toEqual(['a CAP feed cannot be read']);
  await saveCapSources(pool, [{ name: 'away', url }]);
  await saveCapStates(pool, { [url]: { okAt: null, error: 'HTTP 500' } });
  await one.pull();
  await one.pull();
  expect(said()).toEqual(['a CAP feed can be read again']);
  broken = true;
  published = [message('G1'.padEnd(190, 'x'))];
  await one.pull();
  expect(lines[0]?.error?.length).toBe(200);
});

test('a feed that is slow keeps no alerter from leading and writing', async () => {
  let release = (): void => undefined;
  held = new Promise((done) => (release = done));
  const pulling = puller().pull();
  while (asked.length === 0) await new Promise(setImmediate);
  const leader = new Leader(database.url, { now: () => now }, pino({ level: 'silent' }));
  try {
    await leader.start(() => undefined);
    expect(leader.isLeader).toBe(true);
    await inTransaction(pool, async (client) => {
      await client.query(`SET LOCAL lock_timeout = '1s'`);
      await leader.guard(client, leader.term);
    });
  } finally {
    release();
    await pulling;
    await leader.stop();
  }
});
