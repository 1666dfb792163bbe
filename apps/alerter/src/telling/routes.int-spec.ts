import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { routeOf } from '#libs/alerting';
import type { Policy, Route, Rule } from '#libs/contracts';
import { actOnAlerts, type PolicyOf } from '#libs/persistence';
import { AlertRig, highMeter } from '../../../../test/support/alert-rig.js';

const rule: Rule = { ...highMeter, agency: 'H92.5' };

let rig: AlertRig;
afterEach(() => rig.closeSound());

const to = (id: string, person: string): Policy => ({
  ...{ id, name: id },
  steps: [
    { after: 0, to: [{ person }] },
    { after: 300, to: [{ person: 'admin' }] },
  ],
});
const east: Route = { policy: 'east', units: ['92001'] };
const west: Route = { policy: 'west', units: ['92002'] };
const fireIn = async (unit: string, meter: string): Promise<void> => {
  await rig.read(12, meter, unit);
  await rig.after(0);
};
const who = async (): Promise<string[]> =>
  (await rig.tell()).map(({ kind, recipient, total }) => `${kind} ${recipient} ${total}`);

beforeEach(async () => {
  rig = await AlertRig.open([rule]);
  for (const login of ['chief', 'deputy']) await rig.person(login, 'leader');
  await rig.person('admin', 'administrator');
  await rig.set({ routes: [east, west], groupSeconds: 30 }, [to('east', 'chief'), to('west', 'deputy')]);
});

test('with policies by unit each is told by its own, whichever comes first, from firing to end', async () => {
  await fireIn('92001', 'm1');
  await fireIn('92002', 'm2');
  expect(await who()).toEqual(['alert chief 1', 'alert deputy 1']);
  await fireIn('92001', 'm3');
  await fireIn('92002', 'm4');
  await fireIn('92003', 'm5');
  await rig.after(30);
  expect(await who()).toEqual(['alert admin 1', 'alert chief 1', 'alert deputy 1']);
  for (const [meter, unit] of [['m2', '92002'], ['m4', '92002']] as const) await rig.read(1, meter, unit); // prettier-ignore
  rig.now += 30_000;
  for (const [meter, unit] of [['m2', '92002'], ['m4', '92002']] as const) await rig.read(1, meter, unit); // prettier-ignore
  await rig.after(0);
  expect(await who()).toEqual(['resolved deputy 2']);
});

test('so is what a silence held back', async () => {
  await rig.silence({ rules: ['sample.high'] }, 300);
  await fireIn('92001', 'm1');
  await fireIn('92002', 'm2');
  expect(await who()).toEqual([]);
  await rig.after(300);
  expect(await who()).toEqual(['alert chief 1', 'alert deputy 1']);
});

test('a unit that was merged away names what it is today, for routes and for silences', async () => {
  await rig.set({ routes: [{ ...west, units: ['old'] }] });
  await rig.silence({ units: ['old'], keys: ['m2'] }, 60);
  await fireIn('92001', 'm1');
  await fireIn('92001', 'm2');
  expect(await who()).toEqual(['alert deputy 1']);
  await fireIn('92003', 'm3');
  expect(await who()).toEqual(['alert admin 1']);
});

test('what comes to another policy before it was told is told there alone', async () => {
  await fireIn('92001', 'm1');
  expect(await who()).toEqual(['alert chief 1']);
  await fireIn('92001', 'm2');
  await rig.silence({ keys: ['m2'] }, 10);
  await rig.after(0);
  await rig.set({ routes: [{ ...west, units: ['92'] }] });
  await rig.after(10);
  expect(await who()).toEqual(['alert deputy 1']);
  await rig.after(20);
  expect(await who()).toEqual([]);
});

test('what fired before the routes changed climbs as it began, what comes later goes by the new ones', async () => {
  await fireIn('92001', 'm1');
  expect(await who()).toEqual(['alert chief 1']);
  await rig.set({ routes: [{ ...west, units: ['92'] }] });
  await fireIn('92001', 'm2');
  expect(await who()).toEqual(['alert deputy 1']);
  await rig.after(300);
  expect(await who()).toEqual(['escalation admin 1', 'escalation admin 1']);
});

test('routes with hours: the hour at which it fires decides, also for those that are told later', async () => {
  // 10:00 in Vietnam.
  const [morning, later] = [
    { policy: 'east', hours: { days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '10:01' } },
    { policy: 'west' },
  ];
  await rig.set({ routes: [morning, later] });
  await fireIn('92001', 'm1');
  await fireIn('92001', 'm2');
  expect(await who()).toEqual(['alert chief 2']);
  await fireIn('92001', 'm3');
  await rig.after(60);
  expect(await who()).toEqual(['alert chief 1']);
  await fireIn('92001', 'm4');
  expect(await who()).toEqual(['alert deputy 1']);
});

test('what a person opens again goes by the routes of now, into the group that is open there', async () => {
  await fireIn('92001', 'm1');
  await fireIn('92001', 'm2');
  await fireIn('92002', 'm3');
  await who();
  const ids = (await rig.alerts()).filter(({ unit }) => unit === '92001').map(({ id }) => id);
  await actOnAlerts(rig.pool, ids, { action: 'resolve', comment: 'done' }, { login: 'chief' }, rig.now);
  await rig.after(30);
  expect(await who()).toEqual(['resolved chief 2']);
  const routes: Route[] = [{ ...west, units: ['92'] }];
  await rig.set({ routes });
  const policyOf: PolicyOf = (alert) =>
    routeOf(alert, { routes }, (unit, above) => unit.startsWith(above), rig.now).policy;
  await actOnAlerts(rig.pool, ids, { action: 'reopen', comment: 'again' }, { login: 'chief' }, rig.now, policyOf);
  expect(await who()).toEqual(['alert deputy 2']);
  const groups = await rig.database.query('SELECT policy, closed_at IS NULL AS open FROM alert_group ORDER BY policy');
  expect(groups).toEqual([
    { policy: 'east', open: false },
    { policy: 'west', open: true },
  ]);
});

test('routes go by the agency that has to act, and who is told reads which it is', async () => {
  await rig.set({
    routes: [
      { policy: 'east', agencies: ['H92.7'] },
      { policy: 'west', agencies: ['H92'] },
    ],
  });
  await fireIn('92001', 'm1');
  expect(await who()).toEqual(['alert deputy 1']);
  const [alert] = await rig.alerts();
  expect(alert?.agency).toBe('H92.5');
  const [{ lines } = { lines: '' }] = await rig.database.query<{ lines: string }>(
    `SELECT message::jsonb->>'lines' AS lines FROM notification`,
  );
  expect(lines).toContain('Cơ quan xử lý: H92.5.');
});
