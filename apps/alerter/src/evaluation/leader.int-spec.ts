import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Leader, NotLeaderError } from './leader.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database?.drop();
});

const leader = (silentMs?: number): Leader =>
  new Leader(database.url, { now: () => Date.now() }, pino({ level: 'silent' }), silentMs);

test('a leader that is alive and does nothing, as one that hangs, is followed by another', async () => {
  const [hanging, next] = [leader(1_000), leader()];
  await hanging.start(() => undefined);
  expect(hanging.isLeader).toBe(true);
  // It hangs: nothing more is asked on its connection, which stays open.
  clearInterval(hanging['timer']);
  try {
    await new Promise<void>((leads) => void next.start(leads));
    expect(hanging.isLeader).toBe(false);
  } finally {
    await Promise.all([hanging.stop(), next.stop()]);
  }
});

const endConnection = () =>
  database.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'ioc-alerter-leader' AND datname = current_database()`,
  );

test('what was decided in an earlier term is not written, though the same alerter leads again', async () => {
  const one = leader();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  let again = (): void => undefined;
  const leadsAgain = new Promise<void>((done) => (again = done));
  try {
    await one.start(() => (one.term === 1 ? undefined : again()));
    const { term } = one;
    await client.query('BEGIN');
    await one.guard(client, term);
    await client.query('COMMIT');
    await endConnection();
    await leadsAgain;
    await client.query('BEGIN');
    await expect(one.guard(client, term)).rejects.toThrow(NotLeaderError);
    await one.guard(client, one.term);
    await client.query('ROLLBACK');
    expect(one.isLeader).toBe(true);
  } finally {
    await Promise.all([one.stop(), client.end()]);
  }
});

test('another alerter leads only when what the one before still writes is written', async () => {
  const [old, next] = [leader(), leader()];
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const order: string[] = [];
  try {
    await old.start(() => undefined);
    await client.query('BEGIN');
    await old.guard(client, old.term);
    clearInterval(old['timer']);
    await endConnection();
    const leads = new Promise<void>((done) => void next.start(done)).then(() => order.push('leads'));
    let waits: unknown[] = [];
    while (waits.length === 0)
      waits = await database.query(
        `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 726011 AND NOT granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      );
    order.push('writes');
    await client.query('COMMIT');
    await leads;
    expect(order).toEqual(['writes', 'leads']);
    await client.query('BEGIN');
    await expect(old.guard(client, old.term)).rejects.toThrow(NotLeaderError);
    await client.query('ROLLBACK');
  } finally {
    await Promise.all([old.stop(), next.stop(), client.end()]);
  }
});
