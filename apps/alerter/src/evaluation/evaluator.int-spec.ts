import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Rule } from '#libs/contracts';
import { aboveMeter, AlertRig, highMeter } from '../../../../test/support/alert-rig.js';
import { reading } from '../../../../test/support/sample-pack.js';

const both = (text: string) => ({ vi: text, en: text });
const high: Rule = { ...highMeter, for: 60, steps: [both('look')] };
const rising: Rule = { ...high, id: 'sample.rising', severity: 'warning', for: 0, condition: aboveMeter(5) };

let rig: AlertRig;
afterEach(() => rig.closeSound());

describe('a condition that must hold for a minute', () => {
  beforeEach(async () => {
    rig = await AlertRig.open([high]);
  });

  test('fires once, a minute after it began, with everything that it shows', async () => {
    const began = rig.now;
    await rig.read(12);
    await rig.after(0);
    expect(await rig.alerts()).toEqual([]);
    await rig.after(59);
    expect(await rig.alerts()).toEqual([]);
    await rig.after(1);
    await rig.after(1);
    expect(await rig.alerts()).toEqual([
      expect.objectContaining({
        ...{ rule: 'sample.high', key: 'm1', state: 'firing', severity: 'serious', value: 12, limit: 10 },
        ...{ since: began, firedAt: began + 60_000, simulated: true, respondBy: began + 60_000 + 15 * 60_000 },
      }),
    ]);
    expect(await rig.history()).toEqual(['fired']);
  });

  test('is simulated by all sources that may have written for its unit; a gateway that was never heard makes nothing real', async () => {
    await rig.source('real-92001', ['92001'], 60, false);
    await rig.source('real-92002', ['92002'], 60, false);
    await rig.restart();
    await rig.take({ ...reading('real', rig.now, 12, 'm1', '92001'), source: 'real-92001' });
    await rig.read(12, 'm2', '92002');
    await rig.read(12, 'm3', '80001');
    await rig.after(0);
    await rig.after(60);
    const marks = (await rig.alerts()).map(({ key, simulated }) => [key, simulated]);
    expect(Object.fromEntries(marks)).toEqual({ m1: 'partly', m2: true, m3: true });
  });

  test('shows what is read now beside the value at which it fired, once a minute and without a line of history', async () => {
    const shown = async () => (await rig.alerts()).map(({ value, latest }) => [value, latest?.value ?? null]);
    await rig.read(12);
    await rig.after(0);
    await rig.after(60);
    await rig.after(1);
    expect(await shown()).toEqual([[12, null]]);
    rig.published.length = 0;
    await rig.read(15);
    await rig.after(1);
    const [alert] = await rig.alerts();
    expect(alert?.latest).toEqual({ value: 15, at: rig.now });
    expect(rig.published.map(({ ids }) => ids)).toEqual([[alert?.id]]);
    rig.now += 30_000;
    await rig.read(18);
    await rig.after(29);
    expect(await shown()).toEqual([[12, 15]]);
    await rig.restart();
    await rig.after(1);
    expect(await shown()).toEqual([[12, 18]]);
    await rig.read(3);
    await rig.after(60);
    await rig.read(14);
    await rig.after(60);
    await rig.after(60);
    expect(await shown()).toEqual([
      [12, 18],
      [14, null],
    ]);
    expect(await rig.history()).toEqual(['fired', 'ended', 'fired']);
  });

  test('keeps its minute over a restart, and neither fires early nor twice', async () => {
    await rig.read(12);
    await rig.after(0);
    rig.now += 40_000;
    await rig.restart();
    await rig.after(0);
    expect(await rig.alerts()).toEqual([]);
    await rig.after(20);
    expect(await rig.alerts()).toHaveLength(1);
    await rig.restart();
    await rig.after(5);
    expect(await rig.history()).toEqual(['fired']);
  });

  test('is forgotten when it ends within its minute', async () => {
    await rig.read(12);
    await rig.after(0);
    rig.now += 30_000;
    await rig.read(3);
    await rig.after(0);
    await rig.after(40);
    expect(await rig.alerts()).toEqual([]);
    expect(await rig.database.query('SELECT 1 FROM rule_state')).toEqual([]);
  });

  test('two that believe to lead make one alert', async () => {
    await rig.read(12);
    await rig.after(0);
    const other = await rig.another();
    rig.now += 60_000;
    await Promise.all([rig.evaluator.followed.reload(), other.followed.reload()]);
    await Promise.all([rig.evaluator.round(), other.round()]);
    await Promise.all([rig.evaluator.round(), other.round()]);
    expect(await rig.history()).toEqual(['fired']);
    expect(await rig.database.query('SELECT alert_id FROM rule_state')).toEqual(
      await rig.database.query('SELECT id AS alert_id FROM alert'),
    );
  });

  test('resolves its alert when it ends, and the next one is another', async () => {
    await rig.read(12);
    await rig.after(0);
    await rig.after(60);
    await rig.read(3);
    await rig.after(10);
    await rig.read(13);
    await rig.after(0);
    await rig.after(60);
    const alerts = await rig.alerts();
    expect(alerts.map(({ state }) => state)).toEqual(['resolved', 'firing']);
    expect(alerts[0]?.endedAt).toBe(alerts[0]?.resolvedAt);
    expect(await rig.history()).toEqual(['fired', 'ended', 'fired']);
  });

  test('ends with a reason when its rule is switched off', async () => {
    await rig.read(12);
    await rig.after(0);
    await rig.after(60);
    await rig.database.query(`INSERT INTO alert_rule (id, enabled, updated_by) VALUES ('sample.high', false, 'an')`);
    await rig.setupChanged();
    await rig.after(1);
    expect((await rig.alerts()).map(({ state }) => state)).toEqual(['resolved']);
    expect(await rig.database.query(`SELECT detail->>'reason' AS why FROM alert_change WHERE kind = 'ended'`)).toEqual([
      { why: 'rule-removed' },
    ]);
    expect(await rig.database.query('SELECT 1 FROM rule_state')).toEqual([]);
  });
});

test('a new rule is judged only when what it reads is in memory', async () => {
  rig = await AlertRig.open([{ ...high, condition: aboveMeter(100) }]);
  for (let i = 0; i < 3; i++) await rig.read(12);
  rig.now += 6 * 3_600_000;
  await rig.restart();
  await rig.read(12);
  const few: Rule = {
    ...{ ...high, id: 'own.few', for: 0 },
    condition: { kind: 'threshold', value: 'count(sample_meter, 12h)', below: 3.5 },
  };
  await rig.database.query(`INSERT INTO alert_rule (id, definition, updated_by) VALUES ('own.few', $1, 'an')`, [
    JSON.stringify(few),
  ]);
  await rig.book.load();
  await rig.evaluator.round();
  await rig.evaluator.rulesChanged();
  await rig.evaluator.round();
  expect(await rig.alerts()).toEqual([]);
  await rig.after(8 * 3_600);
  expect(await rig.alerts()).toHaveLength(1);
});

test('where memory is full what is known goes on, milder rules are judged, and what was left out comes when there is room', async () => {
  rig = await AlertRig.open([{ ...high, for: 0 }, rising]);
  const evaluator = await rig.another({ states: 1, changes: 2 });
  rig.evaluator = evaluator;
  for (const meter of ['m1', 'm2', 'm3', 'm4']) await rig.read(12, meter);
  let rounds = 0;
  while ((await evaluator.round()) && rounds < 10) rounds++;
  expect(rounds).toBeLessThan(10);
  const [first, ...others] = await rig.alerts();
  expect([first?.rule, others]).toEqual(['sample.high', []]);
  rig.now += 1_000;
  await rig.read(1, first?.key);
  await rig.after(0);
  await rig.after(0);
  expect((await rig.alerts()).map(({ state }) => state)).toEqual(['resolved', 'firing']);
});

test('what is critical does not wait for a storm of something milder that is being written', async () => {
  const drowning: Rule = { ...high, id: 'sample.drowning', severity: 'critical', for: 0, condition: aboveMeter(50) };
  rig = await AlertRig.open([drowning, rising]);
  rig.evaluator = await rig.another({ urgentMs: 0 });
  for (let i = 0; i < 250; i++) await rig.read(7, `s${i}`);
  let transactions = 0;
  rig.guard = async () => {
    if (++transactions === 1) await rig.read(60, 'm1');
  };
  await rig.after(0);
  const rows = await rig.database.query<{ rule: string }>(
    `SELECT rule FROM alert_change c JOIN alert a ON a.id = c.alert_id WHERE kind = 'fired' ORDER BY seq`,
  );
  expect(rows.length).toBeGreaterThan(250);
  expect(rows.findIndex(({ rule }) => rule === 'sample.drowning')).toBe(100);
});

test('what mutes something critical is as urgent as that', async () => {
  const drowning: Rule = { ...high, id: 'sample.drowning', severity: 'critical', for: 0, condition: aboveMeter(50) };
  const silent: Rule = { ...rising, inhibits: [{ rules: ['sample.drowning'], same: 'key' }] };
  rig = await AlertRig.open([drowning, silent]);
  await rig.read(60);
  await rig.after(0);
  const muted = new Map((await rig.alerts()).map(({ rule, muted: why }) => [rule, why?.why ?? null]));
  expect(Object.fromEntries(muted)).toEqual({ 'sample.drowning': 'inhibited', 'sample.rising': null });
  expect(await rig.history()).toEqual(['fired', 'muted', 'fired']);
});

describe('muting', () => {
  test('a serious one mutes its milder twin, also when both fire at once, until it ends', async () => {
    rig = await AlertRig.open([{ ...high, for: 0, inhibits: [{ rules: ['sample.rising'], same: 'key' }] }, rising]);
    await rig.read(12);
    await rig.read(7, 'm2');
    await rig.after(0);
    const muted = async () => (await rig.alerts()).map(({ rule, key, muted: why }) => [rule, key, why?.why ?? null]);
    expect((await muted()).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
      ['sample.high', 'm1', null],
      ['sample.rising', 'm1', 'inhibited'],
      ['sample.rising', 'm2', null],
    ]);
    rig.now += 1_000;
    await rig.read(7);
    await rig.after(0);
    expect((await muted()).find(([rule, key]) => rule === 'sample.rising' && key === 'm1')?.[2]).toBeNull();
  });

  test('a silenced one exists and is not told; when the silence ends it is, if it is still open', async () => {
    rig = await AlertRig.open([rising]);
    await rig.person('an', 'administrator');
    await rig.silence({ keys: ['m1', 'm2'] }, 300);
    await rig.read(7);
    await rig.read(7, 'm2');
    await rig.after(0);
    expect(await rig.tell()).toEqual([]);
    rig.now += 100_000;
    await rig.read(1, 'm2');
    await rig.after(0);
    expect(await rig.tell()).toEqual([]);
    await rig.after(200);
    expect((await rig.tell()).map(({ kind, total }) => [kind, total])).toEqual([['alert', 1]]);
    expect(await rig.history()).toEqual(['fired', 'muted', 'fired', 'muted', 'ended', 'unmuted']);
  });
});

test('what flaps is the same alert again, which asks anew: its limits and its hold of walls count from then', async () => {
  rig = await AlertRig.open([{ ...rising, flapping: { times: 2, minutes: 10 } }]);
  await rig.read(6);
  await rig.after(0);
  const [first] = await rig.alerts();
  await rig.database.query(`UPDATE alert SET unreachable = true, acknowledged_by = 'an', acknowledged_at = now()`);
  rig.now += 60_000;
  await rig.read(4);
  await rig.after(1);
  rig.now += 60_000;
  await rig.read(7);
  await rig.after(1);
  const { askedAt = 0, respondBy, resolveBy } = first ?? {};
  const later = rig.now - askedAt;
  const from = { respondBy: (respondBy ?? 0) + later, resolveBy: (resolveBy ?? 0) + later };
  expect(await rig.alerts()).toMatchObject([
    {
      ...{ id: first?.id, state: 'firing', flapping: true, unreachable: false, acknowledgedBy: null },
      ...{ firedAt: askedAt, askedAt: rig.now, ...from },
    },
  ]);
  expect(await rig.history()).toEqual(['fired', 'ended', 'reopened', 'flapping']);
});
