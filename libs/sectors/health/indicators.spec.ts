import { expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, type HubEvent } from '#libs/contracts';
import { createPack } from '#libs/sector-kit';
import { countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { TYPES } from './types.js';

const pack = createPack('health', defined, undefined);
/** A Friday. */
const NOW = Date.parse('2026-11-20T12:00:00+07:00');
const iso = (time: number): string => new Date(time).toISOString();

let ids = 0;
const event = (type: string, time: number, data: Record<string, unknown>): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time,
  unit: '31135',
  data,
});
const oneCase = (icd10: string, diagnosed: number, reported = diagnosed + HOUR_MS, more = {}): HubEvent =>
  event(TYPES.disease, reported, { caseId: `c${ids}`, icd10, diagnosedAt: iso(diagnosed), ...more });

test('each number is what its formula says of reports that can be counted by hand', () => {
  const monday = Date.parse('2026-11-16T08:00:00+07:00');
  const events = [
    oneCase('B08.4', monday),
    oneCase('B08.4', monday + DAY_MS, monday + 4 * DAY_MS),
    oneCase('B08.4', monday - DAY_MS),
    oneCase('B05', monday, monday + DAY_MS, { died: true, diedAt: iso(monday - HOUR_MS) }),
    event(TYPES.visit, NOW, { MA_LK: '1', MA_CSKCB: '92-001', NGAY_VAO: '202611200800' }),
    event(TYPES.visit, NOW, { MA_LK: '2', MA_CSKCB: '92-001', NGAY_VAO: '202611191700' }),
    event(TYPES.beds, NOW - HOUR_MS, { facility: '92-001', beds: 100, occupied: 95 }),
    event(TYPES.beds, NOW - HOUR_MS, { facility: '92-002', beds: 300, occupied: 105 }),
    event(TYPES.call, NOW - HOUR_MS, { kind: 'injury', arrivedAfter: 10 }),
    event(TYPES.call, NOW - HOUR_MS, { kind: 'birth', arrivedAfter: 20 }),
    event(TYPES.call, NOW - HOUR_MS, { kind: 'other' }),
  ];
  const read = countedBy(pack, events, NOW);
  const wanted = {
    'hfm-week': 2,
    // Of four one came after its 48 hours; the death a moment over its 24 is one hour late.
    'late-month': 25,
    'late-deaths-month': 1,
    'visits-today': 1,
    occupancy: 50,
    'occupancy-highest': 95,
    'calls-today': 3,
    'call-wait-today': 15,
  };
  const numbers = Object.fromEntries(Object.keys(wanted).map((code) => [code, read(`[health.${code}]`)]));
  expect(numbers).toEqual(wanted);
});

test('EARS stands over the days of each disease alone', () => {
  // Days of 2, 4, 4, 4, 5, 5, 4 cases, then 4, 4, 7, 5, 8: the vectors of the statistics, up to yesterday.
  const days = [2, 4, 4, 4, 5, 5, 4, 4, 4, 7, 5, 8];
  const daily = (icd10: string, counts: readonly number[]): HubEvent[] =>
    counts.flatMap((count, i) =>
      Array.from({ length: count }, () => oneCase(icd10, NOW - (counts.length - i) * DAY_MS)),
    );
  const read = countedBy(pack, [...daily('A97', days), ...daily('B08.4', days.toReversed())], NOW);
  const c3 = 2 + (Math.sqrt(15 / 7) - 1) + (Math.sqrt(2028 / 35) - 1);
  expect(read('[health.dengue-ears3]')).toBeCloseTo(c3, 9);
  expect(read('[health.dengue-ears2]')).toBeCloseTo(Math.sqrt(2028 / 35), 9);
  // C1: 5, 5, 4, 4, 4, 7, 5 before: mean 34/7, squares 48/7 in all, / 6 = 8/7.
  expect(read('[health.dengue-ears1]')).toBeCloseTo((8 - 34 / 7) / Math.sqrt(8 / 7), 9);
  expect(read('[health.hfm-ears3]')).not.toBeCloseTo(c3, 3);
});

test('the largest outbreak is counted by its cases in one commune, and is 0 where none is linked', () => {
  const linked = (icd10: string, cluster: string, n: number): HubEvent[] =>
    Array.from({ length: n }, () => oneCase(icd10, NOW - DAY_MS, NOW, { cluster }));
  const largest = (events: HubEvent[]): number | null => countedBy(pack, events, NOW)('[health.linked-largest]');
  expect(largest([...linked('A36', 'o-1', 2), ...linked('A36', 'o-2', 4), ...linked('A97', 'o-3', 9)])).toBe(4);
  expect(largest([oneCase('A36', NOW - DAY_MS)])).toBe(0);
});
