import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ChannelEntity, dataSourceOptions } from '#libs/persistence';
import { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { type Receiver, receiver } from '../../test/support/receiver.js';
import { secretOf } from './open-channel.js';
import { seal } from './sealed.js';
import { ZaloRenewal } from './zalo-renewal.js';

const hubSecret = 'x'.repeat(40);
const parts = { hubSecret, inside: true };
const DAY_S = 86_400;
const NOW = Date.parse('2026-11-25T03:00:00Z');

let database: TestDatabase;
let source: DataSource;
let zalo: Receiver;
/** The refresh token that Zalo takes next: each is good for one use. */
let good: number;

beforeAll(async () => {
  database = await testDatabase();
  source = await new DataSource(dataSourceOptions(database.url, 'test', 6)).initialize();
  zalo = await receiver();
});
afterAll(async () => {
  await source?.destroy();
  await zalo?.close();
  await database?.drop();
});
beforeEach(async () => {
  good = 1;
  zalo.calls.length = 0;
  zalo.answer = ({ body }, response) => {
    const given = new URLSearchParams(body.toString()).get('refresh_token');
    if (given !== `refresh-${good}`) return void response.end(JSON.stringify({ error: -14014, error_name: given }));
    const said = { access_token: `access-${good}`, refresh_token: `refresh-${++good}`, expires_in: String(DAY_S) };
    response.end(JSON.stringify(said));
  };
  await database.query('TRUNCATE channel');
  await database.query(
    `INSERT INTO channel (id, kind, name, settings, secret) VALUES ('zalo', 'webhook', 'Zalo', $1, $2)`,
    [{ format: 'zalo-oa', appId: '42', renewUrl: `${zalo.url}/v4/oa/access_token` }, sealed('refresh-1')],
  );
});

const sealed = (refreshToken: string): Buffer =>
  seal(hubSecret, 'channel:zalo', JSON.stringify({ refreshToken, appSecret: 'app-secret' }));
const channel = () => source.manager.findOneByOrFail(ChannelEntity, { id: 'zalo' });
const kept = async () => secretOf(await channel(), hubSecret);

test('a token is renewed before it ends, and the next refresh token is kept, sealed', async () => {
  const renewal = new ZaloRenewal(source, parts);
  expect(await renewal.run(NOW)).toEqual([{ channel: 'zalo', reason: null }]);
  const [call] = zalo.calls;
  expect([call?.path, call?.headers.secret_key]).toEqual(['/v4/oa/access_token', 'app-secret']);
  expect(Object.fromEntries(new URLSearchParams(call?.body.toString()))).toEqual({
    refresh_token: 'refresh-1',
    app_id: '42',
    grant_type: 'refresh_token',
  });
  expect(await kept()).toEqual({ token: 'access-1', refreshToken: 'refresh-2', appSecret: 'app-secret' });
  expect((await channel()).tokenUntil).toEqual(new Date(NOW + DAY_S * 1000));
  expect(await renewal.run(NOW + 21 * 3_600_000)).toEqual([]);
  // Another process takes over where this one ended.
  await new ZaloRenewal(source, parts).run(NOW + 22 * 3_600_000);
  expect(await kept()).toMatchObject({ token: 'access-2', refreshToken: 'refresh-3' });
});

test('of several processes one asks', async () => {
  const all = [1, 2, 3].map(() => new ZaloRenewal(source, parts));
  const done = (await Promise.all(all.map((one) => one.run(NOW)))).flat();
  expect(done).toEqual([{ channel: 'zalo', reason: null }]);
  expect(zalo.calls).toHaveLength(1);
});

test('a refusal is said on the channel without a secret, costs no token, and is tried again five minutes later', async () => {
  good = 7;
  const renewal = new ZaloRenewal(source, parts);
  const [first] = await renewal.run(NOW);
  expect(first?.reason).toContain('error -14014');
  expect((await channel()).lastError).toMatch(/^Zalo token not renewed: HTTP 200 \(error -14014\)/);
  expect((await channel()).lastError).not.toContain('refresh-1');
  expect(await kept()).toEqual({ refreshToken: 'refresh-1', appSecret: 'app-secret' });
  expect(await renewal.run(NOW + 299_000)).toEqual([]);
  good = 1;
  expect(await renewal.run(NOW + 300_000)).toEqual([{ channel: 'zalo', reason: null }]);
});

test('what Zalo gave and could not be written down is written at the next look, and asked for no second time', async () => {
  let failing = true;
  const flaky = Object.create(source, {
    query: {
      value: (sql: string, values: unknown[]) => {
        if (!failing || !sql.includes('SET secret')) return source.query(sql, values);
        failing = false;
        return Promise.reject(new Error('the database was away'));
      },
    },
  }) as DataSource;
  const renewal = new ZaloRenewal(flaky, parts);
  expect(await renewal.run(NOW)).toEqual([{ channel: 'zalo', reason: 'the database was away' }]);
  expect(await kept()).toEqual({ refreshToken: 'refresh-1', appSecret: 'app-secret' });
  await renewal.run(NOW + 1_000);
  expect(await kept()).toMatchObject({ token: 'access-1', refreshToken: 'refresh-2' });
  expect(zalo.calls).toHaveLength(1);
});

test('what an administrator gives meanwhile stands', async () => {
  const answer = zalo.answer;
  zalo.answer = (call, response) =>
    void database.query('UPDATE channel SET secret = $1', [sealed('refresh-own')]).then(() => answer(call, response));
  await new ZaloRenewal(source, parts).run(NOW);
  expect(await kept()).toEqual({ refreshToken: 'refresh-own', appSecret: 'app-secret' });
});
