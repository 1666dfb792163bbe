import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { HubEvent } from '#libs/contracts';
import { storeParts } from '#libs/pipeline';
import { Catalogue } from '#libs/sector-kit';
import type pg from 'pg';
import { testDatabase, type TestDatabase } from '../../test/support/database.js';
import { move, reading, sampleCatalogue, samplePack } from '../../test/support/sample-pack.js';
import { PgPipelineStore, pipelinePool } from './pipeline-store.js';
import { recountFlows } from './recount-flows.js';
import { verify } from './verify.js';

const NOON = Date.UTC(2026, 10, 22, 5);
const catalogue = sampleCatalogue();
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = pipelinePool(database.url, 'test', 3);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query('TRUNCATE ledger, event, bucket, projection, batch, rejection, set_aside, source_state');
  const events: HubEvent[] = [];
  for (let i = 0; i < 50; i++) {
    events.push(
      reading(`r${i}`, NOON - i * 3_600_000, i * 1.1, `m${i % 3}`),
      move(`t${i}`, NOON + i, `t${i % 9}`, i % 4 ? 'open' : 'done', NOON + i * 1_000),
    );
  }
  const store = new PgPipelineStore(pool);
  const part = (list: HubEvent[]) => ({
    batch: randomUUID(),
    source: 'test',
    at: NOON,
    via: 'http' as const,
    events: list,
    rejected: [],
    rejectedTotal: 0,
  });
  await storeParts(store, catalogue, [part(events.slice(0, 60)), part(events.slice(40))], NOON);
});

const check = () => verify(pool, catalogue, { rawDays: 400, minuteDays: 35, now: NOON });

test('a sound database has no finding, and its counts are told', async () => {
  const report = await check();
  expect(report.findings).toEqual([]);
  expect(report.sources).toEqual([
    { source: 'test', day: '2026-11-22', sent: 120, stored: 100, duplicates: 20, rejected: 0 },
  ]);
  expect([report.events, report.things]).toEqual([100, 9]);
});

test.each([
  ['a lost event', 'DELETE FROM event WHERE id = $$r7$$', 1],
  ['an event counted twice', 'INSERT INTO event SELECT * FROM event WHERE id = $$r7$$', 2],
  ['an event missing from the ledger', 'DELETE FROM ledger WHERE id = $$r7$$', 2],
  ['an account that does not add up', 'UPDATE batch SET duplicates = duplicates + 1', 1],
  [
    'a bucket off by one',
    'UPDATE bucket SET count = count + 1 WHERE ctid = (SELECT min(ctid) FROM bucket WHERE resolution = 3)',
    3,
  ],
  [
    'a bucket lost',
    'DELETE FROM bucket WHERE ctid = (SELECT max(ctid) FROM bucket WHERE resolution = 2 AND last IS NOT NULL)',
    3,
  ],
  ['a level that drifted', 'UPDATE bucket SET sum = sum + 1 WHERE resolution = 0', 3],
  [
    'a projection that forgot an event',
    `UPDATE projection SET state = '{"state":"open","due":1,"at":1,"id":"x"}' WHERE key = 't1'`,
    3,
  ],
] as const)('finds %s', async (_what, harm, invariant) => {
  await pool.query(harm);
  const report = await check();
  expect(report.findings.map((finding) => finding.invariant)).toContain(invariant);
});

test('kept events that the rules of now cannot count are told, and after the recount nothing is wrong', async () => {
  await pool.query(`UPDATE event SET data = '{"meter":"poison","value":1}' WHERE id = 'r7'`);
  const before = await check();
  expect([before.uncounted, before.findings.length > 0]).toEqual([{ events: 1, first: ['test/r7'] }, true]);
  await recountFlows(pool, new Catalogue([{ ...samplePack, flows: '2' }]), { rawDays: 400, minuteDays: 35, now: NOON });
  const { uncounted, findings, events, things } = await check();
  expect([uncounted.events, findings, events, things]).toEqual([1, [], 100, 9]);
});
