import { afterEach, expect, test } from '@jest/globals';
import type { AlertAction, Policy, Rule } from '#libs/contracts';
import { actOnAlert, openAlerts, standingAlerts } from '#libs/persistence';
import { aboveMeter, AlertRig, highMeter } from '../../../../test/support/alert-rig.js';
import { climbing, fire, tellingRig, who } from '../../../../test/support/telling-rig.js';

let rig: AlertRig;
afterEach(() => rig.closeSound());

const open = async (policy: Policy, over?: Partial<Rule>): Promise<void> => {
  rig = await tellingRig(policy, over);
};

test('an end is told with its reason, and as normal only where the value came back', async () => {
  await open(climbing);
  const ruleIs = async (definition: Partial<Rule> | null, enabled: boolean): Promise<void> => {
    await rig.database.query(
      `INSERT INTO alert_rule (id, definition, enabled, updated_by) VALUES ('sample.high', $1, $2, 'an')
       ON CONFLICT (id) DO UPDATE SET definition = excluded.definition, enabled = excluded.enabled`,
      [definition && JSON.stringify({ ...highMeter, ...definition }), enabled],
    );
    await rig.setupChanged();
    await rig.after(30);
  };
  const told = async () =>
    (await rig.tell()).map(({ kind, subject, lines }) => [kind, subject.replace('[MÔ PHỎNG] ', ''), ...lines]);
  for (const meter of ['m1', 'm2', 'm3']) await rig.read(12, meter);
  await rig.after(0);
  await told();
  const solved = (await rig.alerts()).find(({ key }) => key === 'm3');
  await actOnAlert(rig.pool, solved?.id ?? '', { action: 'resolve', comment: 'xong' }, { login: 'deputy' }, rig.now);
  expect(await told()).toEqual([
    [
      'resolved',
      'Đã xử lý, điều kiện vẫn còn – Nghiêm trọng: high – m3',
      'Đã xử lý, điều kiện vẫn còn (deputy: “xong”).',
    ],
  ]);
  // The readings of the others leave their window; one of these says something before.
  rig.now += 7_300_000;
  await rig.read(1, 'm1');
  await rig.after(0);
  expect(await told()).toEqual([
    [
      'resolved',
      expect.stringMatching(/^Kết thúc – .* và 2 cảnh báo khác$/),
      '1 cảnh báo: đã trở lại bình thường.',
      '2 cảnh báo: không còn số liệu, chưa rõ đã hết hay chưa.',
    ],
  ]);
  await fire(rig, 'm4');
  await fire(rig, 'm5');
  expect(await told()).toHaveLength(1);
  await rig.after(30);
  await told();
  await rig.read(1, 'm4');
  await rig.after(30);
  expect(await told()).toEqual([['resolved', expect.stringMatching(/^Đã hết – /), 'Đã trở lại bình thường.']]);
  await ruleIs({ condition: aboveMeter(20) }, true);
  expect(await told()).toEqual([
    ['resolved', expect.stringMatching(/^Quy tắc đã sửa – /), 'Quy tắc đã được sửa, theo quy tắc mới thì đã hết.'],
  ]);
  await ruleIs({}, true);
  expect(await told()).toEqual([['alert', expect.anything(), 'Chưa có ai xác nhận.']]);
  await ruleIs(null, false);
  expect(await told()).toEqual([
    ['resolved', expect.stringMatching(/^Thôi theo dõi – /), 'Quy tắc đã bị tắt hoặc gỡ bỏ, chưa rõ đã hết hay chưa.'],
  ]);
});

test('what somebody resolved while it holds stays, and fires anew when it still holds after the time to solve it; what is worse fires by itself', async () => {
  const worse: Rule = {
    ...highMeter,
    id: 'sample.worse',
    title: { vi: 'worse', en: 'worse' },
    severity: 'critical',
    condition: aboveMeter(20),
  };
  rig = await AlertRig.open([highMeter, worse]);
  for (const login of ['chief', 'deputy']) await rig.person(login, 'leader');
  const limits = { respond: 10, resolve: 60 };
  const all = { information: limits, warning: limits, serious: limits, critical: limits };
  await rig.set({ routes: [{ policy: climbing.id }], groupSeconds: 30, limits: all }, [climbing]);
  await fire(rig, 'm1');
  await who(rig);
  await rig.after(400);
  await who(rig);
  const id = (await rig.alerts())[0]?.id ?? '';
  const act = (action: AlertAction) => actOnAlert(rig.pool, id, action, { login: 'chief' }, rig.now);
  await act({ action: 'resolve', comment: 'xong' });
  expect(await who(rig)).toEqual(['resolved chief 1', 'resolved deputy 1']);
  expect(await openAlerts(rig.pool)).toEqual([]);
  expect((await standingAlerts(rig.pool)).map((line) => line.id)).toEqual([id]);
  expect(await act({ action: 'close' })).toMatchObject({ ok: false });
  await rig.read(25, 'm1');
  await rig.after(0);
  expect(await who(rig)).toEqual(['alert chief 1']);
  expect((await openAlerts(rig.pool)).map((line) => line.rule)).toEqual(['sample.worse']);
  await rig.set({ closeHours: 0 });
  rig.now += 3_599_000;
  await rig.evaluator.close();
  expect((await rig.alerts())[0]?.state).toBe('resolved');
  rig.now += 1_000;
  await rig.evaluator.close();
  await rig.evaluator.close();
  const told = (await rig.tell()).filter(({ subject }) => subject.includes('high'));
  expect(told.map(({ kind, recipient }) => [kind, recipient])).toEqual([['alert', 'chief']]);
  expect(told[0]?.lines[1]).toBe('Đã được báo là xử lý xong nhưng điều kiện vẫn còn (1 cảnh báo).');
  expect((await rig.alerts())[0]).toMatchObject({
    ...{ state: 'firing', acknowledgedBy: null, resolvedAt: null, askedAt: rig.now, resolveBy: rig.now + 3_600_000 },
  });
  // Said to be solved once more, it ends when the value comes back, and is closed only then.
  await act({ action: 'resolve', comment: 'lần hai' });
  await rig.read(1, 'm1');
  await rig.after(10_800);
  await rig.evaluator.close();
  expect((await rig.alerts())[0]).toMatchObject({ state: 'closed' });
});

test.each(['ends', 'is muted'])('what %s takes its clock along: what follows climbs by its own', async (how) => {
  await open(climbing);
  await fire(rig, 'm1');
  await fire(rig, 'm2');
  await who(rig);
  const [answered] = await rig.alerts();
  await actOnAlert(rig.pool, answered?.id ?? '', { action: 'acknowledge' }, { login: 'chief' }, rig.now);
  await rig.after(200);
  if (how === 'ends') await rig.read(1, 'm2');
  else await rig.silence({ keys: ['m2'] }, 86_400);
  await rig.after(0);
  await who(rig);
  await rig.after(80);
  await fire(rig, 'm3');
  // That is told a little later than the deputy would have been called for what is over.
  await rig.database.query(`UPDATE alert_group SET due_at = $1`, [new Date(rig.now + 25_000)]);
  await rig.after(20);
  expect(await who(rig)).toEqual([]);
  await rig.after(5);
  expect(await who(rig)).toEqual(['alert chief 1']);
  await rig.after(299);
  expect(await who(rig)).toEqual([]);
  await rig.after(1);
  expect(await who(rig)).toEqual(['escalation deputy 1']);
});
