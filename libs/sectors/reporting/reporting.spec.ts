import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DAY_MS, MINUTE_MS, type HubEvent } from '#libs/contracts';
import { checkProjection, createPack } from '#libs/sector-kit';
import { checkPack, countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { report, TYPES } from './projections.js';
import { ReportingSettings } from './settings.js';

const pack = createPack('reporting', defined, undefined);
const at = (text: string): number => Date.parse(`2026-11-${text}+07:00`);
const published = JSON.parse(readFileSync(new URL('./fixtures/regimes.json', import.meta.url), 'utf8')) as {
  regimes: number;
  connected: number;
  percent: number;
};

let ids = 0;
const event = (type: string, time: number, data: Record<string, unknown>): HubEvent => ({
  id: String(ids++),
  source: 'test',
  type,
  time,
  unit: '92',
  data,
});
const about = (period = '2026-10', agency = 'H13.2') => ({ regime: 'BC-01', agency, period });
const DUE = at('05T17:00');
const due = (period?: string, agency?: string): HubEvent =>
  event(TYPES.due, at('01T08:00'), { ...about(period, agency), due: new Date(DUE).toISOString() });
const received = (time: number, filled = 20, period?: string, agency?: string): HubEvent =>
  event(TYPES.received, time, { ...about(period, agency), fields: 20, filled });

test('is a whole pack', () => {
  expect(checkPack(pack, at('10T00:00')).length).toBeGreaterThan(50);
});

test('4 of 13 regimes are the published 30.77 %', () => {
  const events = Array.from({ length: published.regimes }, (_, i) =>
    event(TYPES.regime, at('01T08:00'), { regime: `R${i}`, frequency: 'month', connected: i < published.connected }),
  );
  const read = countedBy(pack, events, at('10T08:00'));
  expect(Math.round((read('[reporting.connected]') ?? 0) * 100) / 100).toBe(published.percent);
  const more = event(TYPES.regime, at('02T08:00'), { regime: 'R12', frequency: 'month', connected: true });
  const last = countedBy(pack, [more, ...events], at('10T08:00'));
  expect(last('sum(reporting.regimes, now, connected: yes)')).toBe(published.connected + 1);
});

describe('a report that is owed', () => {
  const state = (events: HubEvent[], now: number): string => {
    const read = countedBy(pack, events, now);
    const states = ['on-time', 'late', 'incomplete', 'missing'];
    const due = states.filter((name) => read(`sum(reporting.reports, month, state: ${name})`) === 1);
    return [...(read('[reporting.waiting]') === 1 ? ['waiting'] : []), ...due].join();
  };

  test('waits to the minute of its due time, and is missing from then on', () => {
    expect(state([due()], DUE - 3 * DAY_MS)).toBe('waiting');
    expect(state([due()], DUE)).toBe('waiting');
    expect(state([due()], DUE + 1)).toBe('missing');
  });

  test('is on time, late or incomplete by what came first and was full', () => {
    const now = at('20T08:00');
    expect(state([due(), received(DUE)], now)).toBe('on-time');
    expect(state([due(), received(DUE + MINUTE_MS)], now)).toBe('late');
    expect(state([due(), received(DUE - DAY_MS, 19)], now)).toBe('incomplete');
    expect(state([received(DUE + DAY_MS), received(DUE - DAY_MS, 19), due()], now)).toBe('late');
    expect(state([received(DUE + DAY_MS), received(DUE - DAY_MS, 20), due()], now)).toBe('on-time');
  });

  test('ends the same in any order and with any repetition', () => {
    const reports = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3 })),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(reports, fc.integer(), (list, seed) => {
        const events = list.map(([day, filled, kind]) =>
          kind === 0 ? { ...due(), time: at('01T00:00') + day } : received(at('01T00:00') + day * DAY_MS, filled),
        );
        checkProjection(report(new ReportingSettings()), events, { seed });
      }),
      { numRuns: 100 },
    );
  });
});

test('reminders of a year add up to a review and then to discipline, each counted once', () => {
  const remind = (agency: string, day: number): HubEvent =>
    event(TYPES.reminded, at('01T08:00') - day * 20 * DAY_MS, about('2026-10', agency));
  const events = [
    ...[0, 1].map((day) => remind('H13.2', day)),
    ...[0, 1, 2].map((day) => remind('H13.3', day)),
    ...[0, 1, 2, 3, 4, 5].map((day) => remind('H13.4', day)),
    remind('H13.2', 1),
    remind('H13.2', 20),
  ];
  const read = countedBy(pack, events, at('10T08:00'));
  expect([read('[reporting.review]'), read('[reporting.discipline]')]).toEqual([2, 1]);
  expect(read('sum(reporting.reminders, year, agency: H13.2)')).toBe(2);
  const strict = createPack('reporting', defined, { reviewFrom: 2, disciplineFrom: 3 });
  expect(countedBy(strict, events, at('10T08:00'))('[reporting.discipline]')).toBe(2);
});
