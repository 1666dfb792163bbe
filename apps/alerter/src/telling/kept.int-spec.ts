import { afterEach, expect, test } from '@jest/globals';
import type { AlertAction, Rule } from '#libs/contracts';
import { actOnAlert } from '#libs/persistence';
import type { AlertRig } from '../../../../test/support/alert-rig.js';
import { climbing, tellingRig } from '../../../../test/support/telling-rig.js';

let rig: AlertRig;
afterEach(() => rig.closeSound());

const flapping: Partial<Rule> = { flapping: { times: 2, minutes: 60 } };
const told = async () => (await rig.tell()).map(({ kind, subject }) => `${kind} ${subject.replace('[MÔ PHỎNG] ', '')}`);
const newest = async () => (await rig.alerts()).at(-1);
const act = async (action: AlertAction) =>
  actOnAlert(rig.pool, (await newest())?.id ?? '', action, { login: 'chief' }, rig.now);
const reads = async (value: number): Promise<void> => {
  rig.now += 1_000;
  await rig.read(value);
  await rig.after(0);
};

test.each([
  ['a time after its condition', { keepFiring: 3_600 }, 2],
  ['what flaps', flapping, 1],
])('what is kept for %s ends when a person resolves it, and what holds next is a new firing', async (_how, rule, n) => {
  rig = await tellingRig(climbing, rule);
  await reads(12);
  await reads(1);
  await reads(12);
  await reads(1);
  await told();
  expect((await newest())?.endedAt).toBeNull();
  // The judging process hears of it only later.
  await act({ action: 'resolve', comment: 'thay pin' });
  expect(await told()).toEqual(['resolved Đã xử lý – Nghiêm trọng: high – m1']);
  expect(await newest()).toMatchObject({ state: 'resolved', endedAt: rig.now });
  await rig.after(8);
  await reads(12);
  await rig.after(0);
  expect(await told()).toEqual([expect.stringMatching(/^alert Nghiêm trọng: high – m1/)]);
  expect(await rig.alerts()).toHaveLength(n);
  expect(await newest()).toMatchObject({ state: 'firing', endedAt: null });
});

test.each(['has heard', 'has not heard yet'])(
  'what a person resolved while it held is not kept, whether who judges %s',
  async (how) => {
    rig = await tellingRig(climbing, { keepFiring: 3_600 });
    await reads(12);
    await act({ action: 'resolve', comment: 'xong' });
    await told();
    const hears = () => rig.evaluator.refresh(null);
    if (how === 'has heard') await hears();
    await reads(1);
    if (how === 'has heard') expect((await newest())?.endedAt).toBe(rig.now);
    await reads(12);
    await rig.after(0);
    expect((await newest())?.state).toBe('firing');
    expect(await told()).toContainEqual(expect.stringMatching(/^alert Nghiêm trọng: high – m1/));
    // Where nothing more is read, it ends as soon as that is heard.
    await reads(1);
    await act({ action: 'resolve', comment: 'lần hai' });
    await reads(1);
    await hears();
    await rig.after(0);
    expect((await newest())?.endedAt).not.toBeNull();
  },
);

test('who was told that it is solved and still holds hears of its end; who hears both at once, of one', async () => {
  rig = await tellingRig(climbing);
  await reads(12);
  await told();
  await act({ action: 'resolve', comment: 'xong' });
  expect(await told()).toEqual(['resolved Đã xử lý, điều kiện vẫn còn – Nghiêm trọng: high – m1']);
  await rig.after(600);
  expect(await told()).toEqual([]);
  await reads(1);
  await rig.after(30);
  expect(await told()).toEqual(['resolved Đã hết – Nghiêm trọng: high – m1']);
  expect(await rig.database.query('SELECT 1 FROM alert_group WHERE closed_at IS NULL')).toEqual([]);
  await reads(12);
  await rig.after(30);
  await told();
  await act({ action: 'resolve', comment: 'lần hai' });
  await reads(1);
  await rig.after(30);
  const [both, ...more] = await rig.tell();
  expect(both?.total).toBe(1);
  expect(both?.lines).toContain('Đã xử lý (chief: “lần hai”).');
  expect(more).toEqual([]);
});
