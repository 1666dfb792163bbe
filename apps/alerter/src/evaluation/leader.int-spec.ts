import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { testDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { Leader } from './leader.js';

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
  const [hanging, next] = [leader(200), leader()];
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
