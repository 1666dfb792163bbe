import { expect, test } from '@jest/globals';
import type { HubEvent } from '#libs/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { checkProjection, foldAll } from './check-projection.js';
import { enteredMetrics } from './entered.js';
import type { Share } from './sector.js';

const both = (text: string) => ({ vi: text, en: text });
const format = { unit: both('%'), digits: 2 };
const { event, projection, metrics } = enteredMetrics('goals', [
  { code: 'share', title: both('share'), dims: ['unit', 'pillar'], format, step: 'month', most: 100 },
  { code: 'rank', title: both('rank'), dims: [], format, step: 'year' },
]);

let n = 0;
const value = (data: object, unit = '92'): HubEvent => ({
  id: `v${n++}`,
  source: 'hand-entry',
  type: 'vn.ioc.goals.value.published.v1',
  time: Date.UTC(2026, 10, 23),
  unit,
  data: { metric: 'share', dims: ['kinh-te'], period: '2026-11-01', version: 1, value: 30.77, ...data },
});

const sharesOf = (events: HubEvent[]): Share[] =>
  [...foldAll(projection, events).values()].flatMap((state) => projection.shares(state, 0).shares);

test('a value counts once at the start of its period, for its unit and dimensions', () => {
  expect(sharesOf([value({ period: '2026-11-23' }), value({})])).toEqual([
    { metric: 'goals.share', dims: ['92', 'kinh-te'], value: 30.77, at: Date.parse('2026-11-01T00:00:00+07:00') },
  ]);
  expect(sharesOf([value({ metric: 'rank', dims: [], period: '2024-05-06', value: 36 })])).toEqual([
    { metric: 'goals.rank', dims: [], value: 36, at: Date.parse('2024-01-01T00:00:00+07:00') },
  ]);
});

test('a later version supersedes, null withdraws, whatever the order', () => {
  const events = [value({}), value({ version: 3, value: 41 }), value({ version: 2, value: 50 })];
  expect(sharesOf(events).map((share) => share.value)).toEqual([41]);
  expect(sharesOf([...events, value({ version: 4, value: null })])).toEqual([]);
  const others = [value({ dims: ['xa-hoi'] }), value({}, '56'), value({ period: '2026-10-01' })];
  expect(sharesOf([...events, ...others])).toHaveLength(4);
  checkProjection(projection, [...events, ...others, value({ version: 3, value: 40 })], { seed: 1 });
});

test('of a version that is published twice the first stays, whatever a later event says', () => {
  const first = value({ value: 41 });
  const again = { ...value({ value: 99 }), source: 'other', time: first.time + 1 };
  for (const events of [
    [first, again],
    [again, first],
  ])
    expect(sharesOf(events).map((share) => share.value)).toEqual([41]);
  checkProjection(projection, [first, again, value({ value: 40 })], { seed: 2 });
});

test('of a version that was approved here and told by another system what was approved here stays', () => {
  const here = value({ value: 41 });
  const dated = { ...value({ value: 99 }), source: 'other', time: here.time - 1 };
  expect(sharesOf([here, dated]).map((share) => share.value)).toEqual([41]);
  checkProjection(projection, [here, dated, value({ value: 40 })], { seed: 3 });
});

test('a number of no unit is one, whatever unit its events name', () => {
  const rank = (version: number, unit: string): HubEvent =>
    value({ metric: 'rank', dims: [], period: '2024-01-01', value: 30 + version, version }, unit);
  expect(sharesOf([rank(1, '92'), rank(2, '31135')]).map((share) => share.value)).toEqual([32]);
});

test('dimensions that a metric has not, or too few, and a value that cannot be are refused', () => {
  const fault = (data: object) => event.fault?.(value(data), {});
  expect([fault({}), fault({ dims: [] }), fault({ dims: [''] }), fault({ metric: 'rank', dims: ['x'] })]).toEqual([
    null,
    { field: 'dims', demand: 'must be pillar' },
    { field: 'dims', demand: 'must have as pillar a value' },
    { field: 'dims', demand: 'must be empty' },
  ]);
  expect([fault({ value: -1 }), fault({ value: 101 }), fault({ value: null })]).toEqual([
    { field: 'value', demand: 'must be from 0 to 100' },
    { field: 'value', demand: 'must be from 0 to 100' },
    null,
  ]);
});

test('a figure of a period that has not begun by the time of its event is refused, but may be withdrawn', () => {
  const fault = (data: object) => event.fault?.(value(data), {});
  const refused = { field: 'period', demand: 'must have begun by the time of the event' };
  expect(fault({ period: '2026-12-01' })).toEqual(refused);
  expect(fault({ metric: 'rank', dims: [], period: '2027-01-01' })).toEqual(refused);
  // The month and the year of the event have.
  expect(fault({ period: '2026-11-30' })).toBeNull();
  expect(fault({ metric: 'rank', dims: [], period: '2026-12-31' })).toBeNull();
  expect(fault({ period: '2026-12-01', value: null })).toBeNull();
});

test('an unknown metric, a wrong period or a sentence as document is refused at the door', () => {
  const faults = (data: object): string[] =>
    validateSync(plainToInstance(event.dto, value(data).data)).map((error) => error.property);
  expect(faults({})).toEqual([]);
  expect(faults({ metric: 'other' })).toEqual(['metric']);
  expect(faults({ period: '2026-02-31' })).toEqual(['period']);
  expect(faults({ period: '11/2026', version: 0, document: 'theo lời ông A' })).toEqual([
    'period',
    'version',
    'document',
  ]);
});

test('its metrics say that they are entered', () => {
  expect(metrics.map(({ code, kind, entered }) => [code, kind, entered])).toEqual([
    ['goals.share', 'stock', 'month'],
    ['goals.rank', 'stock', 'year'],
  ]);
});
