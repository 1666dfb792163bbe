import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { calendarOf, checkProjection, createPack, workingClock } from '#libs/sector-kit';
import {
  checkPack,
  countedBy,
  type FixtureMessage,
  messagesOf,
  publishedOf,
} from '../../../test/support/pack-checks.js';
import { STEPS } from './feedback.dto.js';
import { pack as defined } from './index.js';
import { petition, standingOf, STEP } from './projections.js';
import { FeedbackSettings } from './settings.js';

const settings = new FeedbackSettings();
const clock = workingClock(calendarOf(settings));
const pack = createPack('feedback', defined, undefined);
const at = (text: string): number => Date.parse(`2026-11-${text}+07:00`);
/** Monday 2 November, 9:00: to be refused by Wednesday, asked by the 9th, resolved by the 23rd, each at 9:00. */
const RECEIVED = at('02T09:00');
/** By the time, or the times, of each step. */
const standing = (steps: Record<string, number | number[]>, now: number) => {
  const times = Object.entries({ received: RECEIVED, ...steps }).map(([step, time]) => [step, [time].flat()]);
  return standingOf(Object.fromEntries(times) as object, now, settings, clock);
};

test('is a whole pack', () => {
  const events = checkPack(pack, at('10T00:00'));
  const read = countedBy(pack, events, at('12T00:00'));
  expect(read('[feedback.open]')).toBeGreaterThan(0);
  expect(read('[feedback.satisfied]')).toBeGreaterThan(50);
});

describe('time limits in working days', () => {
  test('a petition is open until its fifteenth working day, and overdue from then on', () => {
    expect(standing({}, at('23T09:00'))).toEqual({ state: 'open', kept: {}, until: at('23T09:00') + 1 });
    expect(standing({}, at('23T09:00') + 1)).toEqual({ state: 'overdue', kept: { resolve: false }, until: null });
    expect(standing({ resolved: at('23T09:00') }, at('23T10:00')).kept).toEqual({ resolve: true });
    expect(standing({ resolved: at('23T09:01') }, at('23T10:00')).kept).toEqual({ resolve: false });
  });

  test('the time that it waits for the citizen is not counted', () => {
    expect(standing({ asked: at('04T09:00') }, at('30T09:00'))).toEqual({
      state: 'waiting',
      kept: { ask: true },
      until: null,
    });
    const answered = { asked: at('04T09:00'), answered: at('06T09:00') };
    // Two working days of 7.5 hours later: from the 23rd, 9:00, to the 25th, 9:00.
    expect(standing(answered, at('23T10:00')).until).toBe(at('25T09:00') + 1);
    // Asked once more, it waits again; answered again, its time runs again, later by both waits. A reminder is no wait more.
    const twice = { asked: [at('04T09:00'), at('05T09:00'), at('10T09:00')], answered: [at('06T09:00')] };
    expect(standing(twice, at('30T09:00')).state).toBe('waiting');
    const both = { ...twice, answered: [...twice.answered, at('11T09:00')] };
    expect(standing(both, at('23T10:00'))).toMatchObject({ state: 'open', until: at('26T09:00') + 1 });
  });

  test('refusing, asking and publishing have limits of their own', () => {
    expect(standing({ refused: at('04T09:00') }, at('30T09:00'))).toEqual({
      state: 'refused',
      kept: { refuse: true },
      until: null,
    });
    expect(standing({ refused: at('04T09:01') }, at('30T09:00')).kept).toEqual({ refuse: false });
    expect(standing({ asked: at('09T09:01') }, at('30T09:00')).kept).toEqual({ ask: false });
    const resolved = { resolved: at('05T09:00') };
    expect(standing(resolved, at('09T09:00'))).toMatchObject({ kept: { resolve: true }, until: at('09T09:00') + 1 });
    expect(standing(resolved, at('09T09:00') + 1).kept).toEqual({ resolve: true, publish: false });
    expect(standing({ ...resolved, published: at('09T09:00') }, at('30T09:00')).kept).toEqual({
      resolve: true,
      publish: true,
    });
  });

  test('are settings', () => {
    const loose = Object.assign(new FeedbackSettings(), { resolveDays: 16 });
    expect(standingOf({ received: [RECEIVED] }, at('24T09:00'), loose, clock).state).toBe('open');
  });
});

test('any order and any repetition of steps ends in the same state', () => {
  const step = fc.tuple(
    fc.constantFrom(...STEPS),
    fc.integer({ min: 0, max: 10 }),
    fc.constantFrom(true, false, undefined),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 10 }), fc.integer(), (list, seed) => {
      const events = list.map(([name, day, satisfied], i): HubEvent => ({
        id: String(i),
        source: 's',
        type: STEP,
        time: RECEIVED + day * DAY_MS,
        unit: day % 2 ? '31135' : '31120',
        data: { petition: 'PA-1', step: name, ...(satisfied === undefined ? {} : { satisfied }) },
      }));
      checkProjection(petition(settings, clock), events, { seed });
    }),
    { numRuns: 100 },
  );
});

test('each share is of its own limit, of the petitions of 90 days', () => {
  let number = 100;
  const moved = (...steps: [step: string, day: string][]): HubEvent[] => {
    const petition = `PA-${number++}`;
    return [['received', '02'], ...steps].map(([step = '', day = ''], i) => ({
      id: `${petition}/${i}`,
      source: 's',
      type: STEP,
      time: at(`${day}T09:00`),
      unit: '31135',
      data: { petition, step },
    }));
  };
  const late = '27';
  const events = [
    ...moved(['resolved', '03'], ['published', '04']),
    ...moved(['resolved', '03'], ['published', late]),
    ...moved(['resolved', '03'], ['published', late]),
    ...moved(['resolved', late], ['published', late]),
    ...moved(['refused', '03']),
    ...moved(['refused', late]),
    ...moved(['asked', '03']),
    ...moved(['asked', '03']),
    ...moved(['asked', '03']),
    ...moved(['asked', '04']),
    ...moved(['asked', late]),
  ];
  const read = countedBy(pack, events, at('30T09:00'));
  const shares = ['resolved-on-time', 'published-on-time', 'refused-on-time', 'asked-on-time'];
  expect(shares.map((code) => read(`[feedback.${code}]`))).toEqual([75, 50, 50, 80]);
  expect(countedBy(pack, events, at('02T10:00'))('[feedback.received-today]')).toBe(11);
});

describe('the fixture', () => {
  const { workingDays, messages } = publishedOf<{
    workingDays: Record<'refuse' | 'ask' | 'resolve' | 'publish', number>;
    messages: FixtureMessage[];
  }>(import.meta.url);

  test('has the published time limits, which are the defaults', () => {
    const { refuseDays: refuse, askDays: ask, resolveDays: resolve, publishDays: publish } = settings;
    expect({ refuse, ask, resolve, publish }).toEqual(workingDays);
  });

  test('gives what is counted by hand', () => {
    const events = messagesOf(pack, messages, NaN);
    const read = (now: string, code: string) => countedBy(pack, events, at(now))(`[feedback.${code}]`);
    // On the 27th one was resolved at its last minute and published at its last, one a minute late and a day late, one not at all.
    const codes = ['open', 'overdue', 'resolved-on-time', 'published-on-time', 'satisfied'];
    expect(codes.map((code) => Math.round(read('27T10:00', code) ?? NaN))).toEqual([1, 1, 33, 50, 50]);
  });
});
