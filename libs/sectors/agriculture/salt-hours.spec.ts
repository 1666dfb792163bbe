import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, type HubEvent, MINUTE_MS } from '#libs/contracts';
import { checkProjection, createPack } from '#libs/sector-kit';
import { countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { rulesOf } from './observe.js';
import { pondLimits } from './pond-limits.js';
import { saltHours } from './salt-hours.js';
import { AgricultureSettings } from './settings.js';
import { TYPES } from './types.js';

const pack = createPack('agriculture', defined, undefined);
const rules = rulesOf(new AgricultureSettings());
const NINE = Date.parse('2026-11-10T09:00:00+07:00');
let n = 0;
const told = (type: string, minute: number, data: object): HubEvent => ({
  ...{ id: `e${n++}`, source: 's', unit: '31673', type, time: NINE + minute * MINUTE_MS, data: { ...data } },
});
const salt = (minute: number, salinity: number, minutes?: number): HubEvent =>
  told(TYPES.salinity, minute, { station: 'tran-de', salinity, ...(minutes === undefined ? {} : { minutes }) });
const pond = (minute: number, data: object): HubEvent =>
  told(TYPES.pond, minute, { pond: 'ao-1', kind: 'shrimp', ...data });

describe('hours of salinity', () => {
  const hours = (...events: HubEvent[]) => {
    const read = countedBy(pack, events, NINE + 5 * HOUR_MS);
    return [1, 4].map((limit) => read(`sum(agriculture.salinity-hours-${limit}, today)`));
  };

  test('a reading stands until the next, at most for its minutes', () => {
    expect(hours(salt(0, 16), salt(15, 3), salt(30, 0.2))).toEqual([0.5, 0.25]);
    expect(hours(salt(0, 1, 60))).toEqual([1, 0]);
    // Nothing is known of the hours in between.
    expect(hours(salt(0, 16), salt(180, 16))).toEqual([0.5, 0.5]);
  });

  test('who reads each minute is not above the limit for longer than there are minutes', () => {
    const often = Array.from({ length: 60 }, (_, minute) => salt(minute, 5));
    const [, above = 0] = hours(...often);
    expect(above).toBeGreaterThan(1);
    expect(above).toBeLessThanOrEqual(1.25);
  });

  test('any order and any repetition ends the same', () => {
    const readings = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 6 }),
        fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(readings, fc.integer(), (list, seed) =>
        checkProjection(
          saltHours(rules),
          list.map(([minute, salinity, minutes]) => salt(minute, salinity, minutes)),
          { seed },
        ),
      ),
      { numRuns: 50 },
    );
  });
});

describe('a pond', () => {
  const out = (minute: number, ...events: HubEvent[]) =>
    countedBy(pack, events, NINE + minute * MINUTE_MS)('[agriculture.ponds-out]');

  test('stays out of its limits while another sensor tells another value', () => {
    const low = pond(0, { oxygen: 1.9 });
    expect(out(10, low, pond(5, { temperature: 29 }))).toBe(1);
    expect(out(10, low, pond(5, { oxygen: 6 }))).toBe(0);
    // What is older than two hours says nothing of now.
    expect(out(121, low, pond(60, { temperature: 29 }))).toBe(0);
    expect(out(121, low)).toBeNull();
  });

  test('any order and any repetition ends the same', () => {
    const values = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 9 }),
        fc.constantFrom('oxygen', 'ph'),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('shrimp', 'catfish'),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(values, fc.integer(), (list, seed) =>
        checkProjection(
          pondLimits(rules),
          list.map(([minute, parameter, value, kind]) => pond(minute, { [parameter]: value, kind })),
          { seed },
        ),
      ),
      { numRuns: 50 },
    );
  });
});
