import { expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, type Marks, periodStart } from '#libs/contracts';
import { Catalogue, enteredType, eventType, type Metric } from '#libs/sector-kit';
import { pack as museums } from '../../test/support/packs/museums/index.js';
import type { SourceInfo } from './board-context.js';
import { BucketSet } from './bucket-set.js';
import { marksOf } from './marks.js';
import { EVERYTHING } from './scope.js';

const NOW = Date.parse('2026-11-03T14:32+07:00');
const COUNTED = 'vn.ioc.museums.visitor.counted.v1';
const queue: Metric = {
  code: 'museums.queue',
  title: { vi: 'Hàng chờ', en: 'Queue' },
  kind: 'reading',
  dims: ['unit'],
  format: { unit: { vi: 'người', en: 'people' }, digits: 0 },
};
const catalogue = new Catalogue([
  {
    ...museums,
    events: [...museums.events, eventType<object>({ type: COUNTED, title: { vi: 'Đếm', en: 'Count' }, dto: class {} })],
    metrics: [...museums.metrics, queue],
  },
]);

const source = (types: string[], rest: Partial<SourceInfo> = {}): SourceInfo => {
  const heard = { lastEvent: NOW - 5 * HOUR_MS, lastSeen: NOW };
  return { id: 's', name: 's', units: ['*'], every: 3600, simulated: false, types, ...heard, ...rest };
};
const byHand = source([enteredType('museums')], {
  ...{ id: 'hand-entry', entered: ['museums.visits'] },
  ...{ every: 31 * 86_400, lastEvent: NOW },
});

/** Marks of metrics that were all observed two days ago. */
function marks(codes: string[], sources: SourceInfo[], observed = codes): Marks {
  const buckets = new BucketSet();
  const time = NOW - 2 * DAY_MS;
  for (const metric of observed) {
    const row = { metric, dims: ['92', 'paid'], count: 1, sum: 1, min: 1, max: 1, last: 1, lastAt: time, version: 1 };
    buckets.apply([{ ...row, resolution: 'd', start: periodStart('d', time) }]);
  }
  const units = { within: () => true, find: () => undefined };
  const moment = { at: NOW, live: true };
  return marksOf({ catalogue, buckets, units, scope: EVERYTHING, moment, sources }, codes, observed[0] ? time : null);
}

test('a figure that people entered says so, and is not simulated where demo data of its sector runs beside it', () => {
  const demo = source(['vn.ioc.museums.*'], { simulated: true });
  expect(marks(['museums.visits'], [byHand, demo])).toEqual({ at: NOW - 2 * DAY_MS, entered: true });
  expect(marks(['museums.queue'], [byHand, demo])).toMatchObject({ simulated: true });
  expect(marks(['museums.queue'], [byHand, demo]).entered).toBeUndefined();
  expect(marks(['museums.visits', 'museums.queue'], [byHand, demo])).toMatchObject({ simulated: true, entered: true });
});

test('a simulated source that is registered for entered figures by name marks those and no others', () => {
  const register = source([enteredType('museums')], { simulated: true });
  expect(marks(['museums.visits'], [register])).toEqual({ at: NOW - 2 * DAY_MS, simulated: true });
  expect(marks(['museums.visits'], [register, byHand])).toMatchObject({ simulated: true, entered: true });
  expect(marks(['museums.queue'], [register]).simulated).toBeUndefined();
});

test('of entered figures only those that were entered here leave as such, not those that a source tells', () => {
  const other = { ...byHand, entered: ['museums.others'] };
  const register = source(['vn.ioc.museums.*']);
  const demo = { ...register, simulated: true };
  for (const sources of [[demo], [demo, other], [register, other], [other]])
    expect(marks(['museums.visits'], sources)).toEqual({ at: NOW - 2 * DAY_MS });
});

test('what nobody has entered yet carries no mark of it', () => {
  expect(marks(['museums.visits'], [byHand], [])).toEqual({ at: null });
});

test('the month that hand entry has keeps no reading from being late, nor is a figure of a year late after it', () => {
  const counter = source([COUNTED]);
  expect(marks(['museums.queue'], [counter, byHand]).late).toBe(true);
  expect(marks(['museums.visits'], [counter, { ...byHand, every: 3600 }]).late).toBeUndefined();
});
