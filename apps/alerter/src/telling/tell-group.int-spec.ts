import { afterEach, expect, test } from '@jest/globals';
import type { BucketRow, Policy, Rule, Target } from '#libs/contracts';
import { actOnAlert, dataSourceOptions } from '#libs/persistence';
import { DataSource } from 'typeorm';
import type { AlertRig } from '../../../../test/support/alert-rig.js';
import { climbing, fire, tellingRig, who } from '../../../../test/support/telling-rig.js';
import { buryLost } from '../notifications/settle.js';
import { markUnreached } from '../notifications/unreached.js';

/** How many alerts each was told of. */
const TOLD = 'SELECT recipient, count(DISTINCT alert_id)::int AS alerts FROM notification_item GROUP BY 1 ORDER BY 1';

let rig: AlertRig;
afterEach(() => rig.closeSound());

const open = async (policy: Policy, over?: Partial<Rule>): Promise<void> => {
  rig = await tellingRig(policy, over);
};

test('the first at once, those that follow together, later; ends are told to who was told', async () => {
  await open(climbing);
  await fire(rig, 'm1');
  expect(await who(rig)).toEqual(['alert chief 1']);
  for (const meter of ['m2', 'm3']) await fire(rig, meter);
  expect(await who(rig)).toEqual([]);
  await rig.after(30);
  expect(await who(rig)).toEqual(['alert chief 2']);
  for (const meter of ['m1', 'm2', 'm3']) await rig.read(1, meter);
  await rig.after(40);
  for (const meter of ['m1', 'm2', 'm3']) await rig.read(1, meter);
  await rig.after(0);
  expect(await who(rig)).toEqual(['resolved chief 3']);
  expect(await rig.database.query('SELECT closed_at IS NULL AS open FROM alert_group')).toEqual([{ open: false }]);
});

test('what nobody answers climbs, is reminded of, and stops', async () => {
  await open(climbing);
  await fire(rig, 'm1');
  expect(await who(rig)).toEqual(['alert chief 1']);
  await rig.after(299);
  expect(await who(rig)).toEqual([]);
  await rig.after(1);
  expect(await who(rig)).toEqual(['escalation deputy 1']);
  await rig.after(600);
  expect(await who(rig)).toEqual(['reminder chief 1', 'reminder deputy 1']);
  await rig.after(600);
  expect(await who(rig)).toEqual(['reminder chief 1', 'reminder deputy 1']);
  await rig.after(3_000);
  expect(await who(rig)).toEqual([]);
  expect(await rig.history()).toEqual(['fired', 'escalated', 'reminded', 'reminded']);
});

test('an answer ends the climb; a new one of the same group climbs from the first step', async () => {
  await open(climbing);
  await fire(rig, 'm1');
  await who(rig);
  const [alert] = await rig.alerts();
  await actOnAlert(rig.pool, alert?.id ?? '', { action: 'acknowledge' }, { login: 'chief' }, rig.now);
  await rig.after(900);
  expect(await who(rig)).toEqual([]);
  await fire(rig, 'm2');
  expect(await who(rig)).toEqual(['alert chief 1']);
  await rig.after(300);
  expect(await who(rig)).toEqual(['escalation deputy 1']);
});

test.each<Target>([{ person: 'nobody' }, { channel: 'sms' }])(
  'where nobody of the policy can be reached the fallback is told, and the alert says so: %j',
  async (target) => {
    await open({ ...climbing, steps: [{ after: 0, to: [target] }] });
    // It names no group.
    await rig.database.query(
      `INSERT INTO channel (id, kind, name, settings) VALUES ('sms', 'webhook', 'sms', '{"format": "sms"}')`,
    );
    await rig.setupChanged();
    await fire(rig, 'm1');
    expect(await who(rig)).toEqual(['alert admin 1']);
    expect((await rig.alerts())[0]?.unreachable).toBe(true);
    expect(await rig.history()).toEqual(['fired', 'unreachable']);
  },
);

test('where every message was lost the fallback is told, once, and as soon as there is one', async () => {
  await open({ id: 'chat', name: 'chat', steps: [{ after: 0, to: [{ channel: 'chat' }] }] });
  await rig.set({ fallback: [{ role: 'operator' }] });
  await rig.database.query(`INSERT INTO channel (id, kind, name) VALUES ('chat', 'webhook', 'chat')`);
  await rig.setupChanged();
  await fire(rig, 'm1');
  await fire(rig, 'm2');
  expect(await who(rig)).toEqual(['alert chat 2']);
  const [answered] = await rig.alerts();
  await actOnAlert(rig.pool, answered?.id ?? '', { action: 'acknowledge' }, { login: 'chief' }, rig.now);
  const source = await new DataSource(dataSourceOptions(rig.database.url, 'test', 2)).initialize();
  await rig.database.query('UPDATE channel SET disabled_at = now()');
  await buryLost(source, rig.now, async (manager, lost) => void (await markUnreached(manager, lost, rig.now)));
  await source.destroy();
  await rig.setupChanged();
  expect(await who(rig)).toEqual([]);
  await rig.person('night', 'operator');
  await rig.after(60);
  expect(await who(rig)).toEqual(['escalation night 1']);
  await rig.after(3_600);
  expect(await who(rig)).toEqual([]);
  expect((await rig.alerts()).map(({ unreachable }) => unreachable)).toEqual([true, true]);
});

test('where nobody at all can be reached it waits until somebody can', async () => {
  await open({ ...climbing, steps: [{ after: 0, to: [{ person: 'nobody' }] }] });
  await rig.set({ fallback: [{ role: 'operator' }] });
  await fire(rig, 'm1');
  expect(await who(rig)).toEqual([]);
  await rig.person('night', 'operator');
  await rig.after(60);
  expect(await who(rig)).toEqual(['alert night 1']);
  expect(await rig.history()).toEqual(['fired', 'unreachable']);
});

test('what fires while nobody at all can be reached is told when somebody can, in a group that was told before, too', async () => {
  await open({ id: 'once', name: 'once', steps: [{ after: 0, to: [{ person: 'chief' }] }] });
  await rig.set({ fallback: [{ person: 'chief' }] });
  await fire(rig, 'm1');
  expect(await who(rig)).toEqual(['alert chief 1']);
  await rig.database.query(`UPDATE app_user SET disabled_at = now() WHERE login = 'chief'`);
  await rig.setupChanged();
  await rig.after(60);
  await fire(rig, 'm2');
  expect(await who(rig)).toEqual([]);
  await rig.database.query(`UPDATE app_user SET disabled_at = NULL WHERE login = 'chief'`);
  await rig.setupChanged();
  await rig.after(60);
  expect(await who(rig)).toEqual(['alert chief 1']);
});

test('a new one is reminded of, also where the reminders of those before it are used up', async () => {
  await open(climbing);
  await fire(rig, 'm1');
  await who(rig);
  for (const seconds of [300, 600, 600, 600]) {
    await rig.after(seconds);
    await who(rig);
  }
  await rig.read(12, 'm1');
  await fire(rig, 'm2');
  expect(await who(rig)).toEqual(['alert chief 1', 'alert deputy 1']);
  await rig.after(600);
  expect(await who(rig)).toEqual(['reminder chief 2', 'reminder deputy 2']);
});

test('quiet hours hold back what is not critical until they end', async () => {
  const quiet = { ...climbing, quiet: { from: '09:00', to: '11:00' } };
  await open(quiet);
  await fire(rig, 'm1');
  expect(await who(rig)).toEqual([]);
  await rig.after(3_600);
  expect(await who(rig)).toEqual(['alert chief 1']);
});

test('quiet hours hold back nothing that is critical', async () => {
  await open({ ...climbing, quiet: { from: '09:00', to: '11:00' } }, { severity: 'critical' });
  await fire(rig, 'm1');
  expect(await who(rig)).toEqual(['alert chief 1']);
});

test('the mild are gathered into one message over all groups', async () => {
  await open({ ...climbing, digest: { severities: ['serious'], at: ['12:00'] } });
  await rig.read(12, 'm1', '92001');
  await rig.read(12, 'm2', '80001');
  await rig.after(0);
  expect(await who(rig)).toEqual([]);
  await rig.after(2 * 3_600);
  expect(await who(rig)).toEqual(['digest chief 2']);
  await rig.after(3_600);
  expect(await who(rig)).toEqual([]);
});

test('what follows a digest is told in digests, too, openings and ends together; an answer puts nothing off', async () => {
  await open({ ...climbing, digest: { severities: ['serious'], at: ['11:00', '12:00', '13:00'] } });
  await rig.read(12, 'm1', '92001');
  await rig.read(12, 'm2', '80001');
  await rig.after(0);
  expect(await who(rig)).toEqual([]);
  await rig.after(3_600);
  expect(await who(rig)).toEqual(['digest chief 2']);
  // One is answered, so that what follows in its group begins anew; the other ends.
  const [first] = await rig.alerts();
  await actOnAlert(rig.pool, first?.id ?? '', { action: 'acknowledge' }, { login: 'chief' }, rig.now);
  await rig.read(12, 'm3', '92001');
  await rig.read(12, 'm4', '80001');
  await rig.read(1, 'm2', '80001');
  await rig.after(60);
  expect(await who(rig)).toEqual([]);
  await rig.after(3_540);
  // Two that opened and two that ended: the first reading has left its window of two hours.
  expect(await who(rig)).toEqual(['digest chief 4']);
});

test('of a digest that reached nobody the fallback hears at once, once, also where another digest takes it along', async () => {
  const to = [{ channel: 'chat' }];
  const digest = { severities: ['serious' as const], at: ['11:00', '11:20', '11:40'] };
  await open({ id: 'mild', name: 'mild', steps: [{ after: 0, to }], digest });
  await rig.database.query(`INSERT INTO channel (id, kind, name) VALUES ('chat', 'webhook', 'chat')`);
  await rig.setupChanged();
  const source = await new DataSource(dataSourceOptions(rig.database.url, 'test', 2)).initialize();
  /** Loses what waits, while others are told by the same channel later. */
  const lose = async (): Promise<void> => {
    await rig.database.query('UPDATE notification SET expires_at = $1 WHERE next_at IS NOT NULL', [new Date(rig.now)]);
    await buryLost(source, rig.now, async (manager, lost) => void (await markUnreached(manager, lost, rig.now)));
  };
  const fires = async (meter: string, unit: string): Promise<void> => {
    await rig.read(12, meter, unit);
    await rig.after(0);
    expect(await who(rig)).toEqual([]);
  };
  await fires('m1', '92001');
  await rig.after(3_600);
  expect(await who(rig)).toEqual(['digest chat 1']);
  await lose();
  expect(await who(rig)).toEqual(['escalation admin 1']);
  await rig.after(60);
  await fires('m2', '92001');
  await rig.after(1_140);
  expect(await who(rig)).toEqual(['digest chat 1']);
  // That one is lost when the digest of another group is due, which is first.
  await rig.after(60);
  await fires('m3', '80001');
  await rig.after(1_140);
  await lose();
  await rig.database.query(`UPDATE alert_group SET due_at = due_at - interval '1 second' WHERE told_at IS NULL`);
  expect(await who(rig)).toEqual(['escalation admin 1', 'digest chat 1']);
  await rig.after(3_600);
  expect((await who(rig)).filter((one) => one.startsWith('escalation'))).toEqual([]);
  await source.destroy();
});

test('a storm of 10,000 alerts is told in less than one message for each hundred, by each policy, and nothing of it is lost', async () => {
  await open(climbing);
  await rig.set({ routes: [{ policy: 'west', units: ['92002'] }, { policy: 'climbing' }] }, [
    { id: 'west', name: 'west', steps: [{ after: 0, to: [{ person: 'deputy' }] }] },
  ]);
  const rows = Array.from({ length: 10_000 }, (_, i): BucketRow => {
    const cell = { count: 1, sum: 12, min: 12, max: 12, last: 12, lastAt: rig.now, version: 1 };
    const start = Math.floor(rig.now / 3_600_000) * 3_600_000;
    return { metric: 'sample_meter', dims: [`m${i}`, `9200${(i % 5) + 1}`], resolution: 'h', start, ...cell };
  });
  rig.evaluator.followed.buckets.apply(rows, rig.now);
  let messages = 0;
  while (await rig.evaluator.round()) messages += (await rig.tell()).length;
  for (let i = 0; i < 5; i++) {
    await rig.after(30);
    messages += (await rig.tell()).length;
  }
  expect(messages).toBeGreaterThan(0);
  expect(messages).toBeLessThanOrEqual(100);
  const [counts] = await rig.database.query(
    `SELECT (SELECT count(*)::int FROM alert) AS alerts, (SELECT count(*)::int FROM notification_item) AS items,
       (SELECT count(*)::int FROM alert_group) AS groups`,
  );
  expect(counts).toEqual({ alerts: 10_000, items: 10_000, groups: 2 });
  expect(await rig.database.query(TOLD)).toEqual([
    { recipient: 'chief', alerts: 8_000 },
    { recipient: 'deputy', alerts: 2_000 },
  ]);
});
