import { expect, test } from '@jest/globals';
import { Catalogue, formula } from '#libs/sector-kit';
import { bucketOf } from '../../test/support/bucket-row.js';
import { harbour } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { evaluateFormula } from './formula.js';
import { withinUnit } from './narrow.js';
import { EVERYTHING, type Scope } from './scope.js';
import type { Sight } from './sight.js';

const NOW = Date.parse('2026-11-26T10:00:00+07:00');

/** 4, 2 and 1 ships of the province T1 itself, of its commune T101 and of T201, the same the day before. */
function sight(scope: Scope): Sight {
  const buckets = new BucketSet();
  for (const [unit, ships] of Object.entries({ T1: 4, T101: 2, T201: 1 }))
    buckets.apply([bucketOf('harbour.arrivals', [unit, 'n'], 'd', Date.parse('2026-11-26T00:00+07:00'), ships)]);
  const units = {
    within: (code: string, above: string) => code === above || (code.length > 2 && code.startsWith(above)),
    find: () => undefined,
  };
  const moment = { at: NOW, live: true };
  return { catalogue: new Catalogue([harbour]), buckets, units, scope, moment, earlier: () => sight(scope) };
}

test('within a unit is what is told for it and below, of what the viewer sees, also at earlier moments', () => {
  const within = (text: string, ...units: string[]): number | null => {
    const scope = units.length === 0 ? EVERYTHING : { ...EVERYTHING, units };
    return evaluateFormula(withinUnit(sight(scope), 'T1'), formula(text)).value;
  };
  const ships = 'sum(harbour.arrivals, today)';
  expect([within(ships), within(`before(${ships}, 1 day)`)]).toEqual([6, 6]);
  expect([within(ships, 'T1', 'T201'), within(ships, 'T101', 'T201')]).toEqual([6, 2]);
});
