import { expect, test } from '@jest/globals';
import { Catalogue, formula } from '#libs/sector-kit';
import { bucketOf } from '../../test/support/bucket-row.js';
import { harbour } from '../../test/support/harbour-pack.js';
import { BucketSet } from './bucket-set.js';
import { explainFormula } from './explain.js';
import { evaluateBy, evaluateFormula } from './formula.js';
import { EVERYTHING } from './scope.js';
import type { Sight } from './sight.js';

const YEAR = Date.parse('2025-01-01T00:00:00+07:00');
const NOW = Date.parse('2025-12-01T00:00:00+07:00');
const metric = (code: string) => ({
  ...{ code, title: { vi: code, en: code }, kind: 'stock' as const, dims: ['unit', 'kind'], entered: 'year' as const },
  format: { unit: { vi: '', en: '' }, digits: 0 },
});
const metrics = [...harbour.metrics, metric('harbour.boats'), metric('harbour.berths')];
const catalogue = new Catalogue([{ ...harbour, metrics }]);
/** T9 was merged into T1. */
const units: Sight['units'] = {
  within: (code, above) => code === above || (code === 'T9' && above === 'T1'),
  find: () => undefined,
  today: (code) => (code === 'T9' ? 'T1' : code),
};

function sight(boats: Record<string, number>, berths: Record<string, number>): Sight {
  const buckets = new BucketSet();
  for (const [code, values] of Object.entries({ boats, berths }))
    for (const [unit, value] of Object.entries(values))
      buckets.apply([bucketOf(`harbour.${code}`, [unit, 'k'], 'd', YEAR, value)]);
  return { catalogue, buckets, units, scope: EVERYTHING, moment: { at: NOW, live: true } };
}

const share = formula('100 * last(harbour.boats, 400d) / last(harbour.berths, 400d)');

test('a ratio of newest entered figures takes the units of which both sides tell one, and is explained so', () => {
  const own = sight({ T1: 10, T2: 5 }, { T1: 20 });
  expect([evaluateFormula(own, share).value, evaluateBy(own, share, 'kind').get('k')?.value]).toEqual([50, 50]);
  const [boats] = explainFormula(own, share).parts ?? [];
  expect(boats).toMatchObject({ value: 1000, parts: [{ value: 10, seriesTotal: 1 }] });
  const value = (...told: [Record<string, number>, Record<string, number>]) =>
    evaluateFormula(sight(...told), share).value;
  expect(value({ T1: 10, T2: 5 }, { T1: 20, T2: 10 })).toBe(50);
  expect([value({ T1: 10 }, { T2: 20 }), value({ T1: 10 }, {})]).toEqual([null, null]);
  // Figures of a former unit are those of the unit of today.
  expect(value({ T1: 10, T9: 4 }, { T1: 20 })).toBe(70);
});
