import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, MINUTE_MS, SEVERITIES, type Policy, type Severity } from '#libs/contracts';
import { nextDigest, planStep, quietUntil, tellAt, type Progress } from './policy.js';

const at = (text: string): number => Date.parse(`2026-03-${text}+07:00`);
const LADDER: Policy = {
  id: 'ladder',
  name: 'Chánh văn phòng → phó → phó chủ tịch',
  steps: [
    { after: 0, to: [{ person: 'chief' }] },
    { after: 300, to: [{ person: 'deputy' }] },
    { after: 900, to: [{ person: 'vice' }, { channel: 'group' }] },
  ],
  remind: 600,
  reminders: 2,
};
const QUIET: Policy = { ...LADDER, quiet: { from: '22:00', to: '06:00' } };
const DIGEST: Policy = {
  ...QUIET,
  digest: { severities: ['information', 'warning'], at: ['07:00', '16:30', '23:00'] },
};

/** What is told when nobody ever answers and the clock is asked whenever the plan says so. */
function walk(policy: Policy, severity: Severity, openedAt: number, until = openedAt + 3 * DAY_MS) {
  let progress: Progress = { severity, openedAt, step: 0, reminders: 0, toldAt: null };
  const told: { at: number; kind: string; to: string[] }[] = [];
  let now: number | null = openedAt;
  for (let asked = 0; now !== null && now < until; asked++) {
    if (asked > 500) throw new Error('the plan never comes to rest');
    const plan = planStep(policy, progress, now);
    if (plan.kind !== 'wait') {
      told.push({ at: now, kind: plan.kind, to: plan.targets.map((target) => Object.values(target).join()) });
      const reminders = progress.reminders + (plan.kind === 'remind' ? 1 : 0);
      progress = { ...progress, step: plan.step, reminders, toldAt: now };
    }
    if (plan.nextAt !== null && plan.nextAt <= now) throw new Error('a plan that looks back');
    now = plan.nextAt;
  }
  return told;
}

test('a ladder climbs: at once, after 5 and 15 minutes, with reminders to all who were told, twice at most', () => {
  const told = walk(LADDER, 'serious', at('02T10:00:00'));
  expect(told.map((each) => [(each.at - at('02T10:00:00')) / MINUTE_MS, each.kind, each.to])).toEqual([
    [0, 'step', ['chief']],
    [5, 'step', ['deputy']],
    [15, 'step', ['vice', 'group']],
    [25, 'remind', ['chief', 'deputy', 'vice', 'group']],
    [35, 'remind', ['chief', 'deputy', 'vice', 'group']],
  ]);
});

test('quiet hours hold what is not critical until they end, and the ladder climbs from there', () => {
  const night = walk(QUIET, 'serious', at('02T23:30:00'));
  expect(night.map((each) => each.at).slice(0, 3)).toEqual([at('03T06:00:00'), at('03T06:05:00'), at('03T06:15:00')]);
  expect(walk(QUIET, 'critical', at('02T23:30:00'))[0]?.at).toBe(at('02T23:30:00'));
  // What began before them is held too; 21:58 + 5 min lies within.
  const evening = walk(QUIET, 'serious', at('02T21:58:00'));
  expect(evening.map((each) => [each.at, each.kind]).slice(0, 2)).toEqual([
    [at('02T21:58:00'), 'step'],
    [at('03T06:00:00'), 'step'],
  ]);
  expect(quietUntil(QUIET, 'warning', at('31T23:00:00'))).toBe(Date.parse('2026-04-01T06:00:00+07:00'));
  expect(quietUntil(QUIET, 'warning', at('02T06:00:00'))).toBeNull();
  expect(quietUntil({ ...QUIET, quiet: { from: '12:00', to: '13:30' } }, 'warning', at('02T12:00:00'))).toBe(
    at('02T13:30:00'),
  );
});

test('what is gathered goes out at the next time of day, once, to the first step', () => {
  expect(nextDigest(DIGEST, at('02T07:00:00'))).toBe(at('02T16:30:00'));
  expect(nextDigest(DIGEST, at('02T06:59:59'))).toBe(at('02T07:00:00'));
  // 23:00 lies in the quiet hours.
  expect(nextDigest(DIGEST, at('02T16:30:00'))).toBe(at('03T06:00:00'));
  expect(walk(DIGEST, 'warning', at('02T08:00:00'))).toEqual([{ at: at('02T16:30:00'), kind: 'step', to: ['chief'] }]);
  expect(walk(DIGEST, 'serious', at('02T08:00:00'))[0]?.at).toBe(at('02T08:00:00'));
  expect(
    tellAt({ ...DIGEST, digest: { severities: ['critical'], at: ['07:00'] } }, 'critical', at('02T08:00:00')),
  ).toBe(at('02T08:00:00'));
});

test('after an outage all steps that became due are told together', () => {
  const progress: Progress = { severity: 'serious', openedAt: at('02T10:00:00'), step: 1, reminders: 0, toldAt: null };
  expect(planStep(LADDER, progress, at('02T10:20:00'))).toEqual({
    kind: 'step',
    step: 3,
    targets: [{ person: 'deputy' }, { person: 'vice' }, { channel: 'group' }],
    nextAt: at('02T10:30:00'),
  });
});

const clock = fc.integer({ min: 0, max: 24 * 60 - 1 }).map((minute) => {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
});

test('whatever the policy: every step is told once and in order, nothing mild in quiet hours, critical never late', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 5 }),
      fc.record({ from: clock, to: clock }),
      fc.constantFrom(...SEVERITIES),
      fc.integer({ min: 0, max: 3 * 24 * 60 }),
      fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
      (delays, quiet, severity, minute, remind) => {
        const sorted = delays.sort((a, b) => a - b);
        const policy: Policy = {
          id: 'p',
          name: 'p',
          steps: sorted.map((delay, i) => ({ after: delay * 60, to: [{ person: String(i) }] })),
          quiet,
          reminders: 5,
          ...(remind === undefined ? {} : { remind: remind * 60 }),
        };
        const openedAt = at('02T00:00:00') + minute * MINUTE_MS;
        const told = walk(policy, severity, openedAt, openedAt + 9 * DAY_MS);
        const steps = told.filter(({ kind }) => kind === 'step').flatMap(({ to }) => to);
        expect(steps).toEqual(sorted.map((_, i) => String(i)));
        expect(told.filter(({ kind }) => kind === 'remind').length).toBe(remind === undefined ? 0 : 5);
        for (const each of told) expect(quietUntil(policy, severity, each.at)).toBeNull();
        if (severity === 'critical') expect(told[0]?.at).toBe(openedAt + (sorted[0] ?? 0) * MINUTE_MS);
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
