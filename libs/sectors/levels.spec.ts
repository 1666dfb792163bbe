import { expect, test } from '@jest/globals';
import type { Rule, Text } from '#libs/contracts';
import { BucketSet, evaluateFormula, EVERYTHING, levelOf, worse, type Sight } from '#libs/live';
import { formula, type Indicator } from '#libs/sector-kit';
import { loadCatalogue } from './index.js';

const NOW = Date.parse('2026-11-26T12:00:00+07:00');
const catalogue = await loadCatalogue();
const targetsOf = ({ target }: Indicator): number[] =>
  target === undefined ? [] : typeof target === 'number' ? [target] : target.map(({ value }) => value);

test('a value equal to its own target is fine, in every indicator that has both', () => {
  const both = catalogue.allIndicators().filter((one) => one.levels && one.target !== undefined);
  expect(both.length).toBeGreaterThan(8);
  const bad = both.filter((one) => targetsOf(one).some((target) => levelOf(target, one.levels, NOW) !== 'ok'));
  expect(bad.map(({ code }) => code)).toEqual([]);
});

test('a threshold holds on its days only', () => {
  const levels: Indicator['levels'] = [
    { level: 'attention', under: 80, validTo: '2026-12-31' },
    { level: 'attention', under: 90, validFrom: '2027-01-01' },
  ];
  const on = (day: string) => levelOf(85, levels, Date.parse(`${day}+07:00`));
  expect([on('2026-12-31T23:59:59'), on('2027-01-01T00:00')]).toEqual(['ok', 'attention']);
});

test('every threshold of every indicator holds on its own side of its border, and at it where it says so', () => {
  const HAIR = 1e-9;
  let seen = 0;
  for (const { code, levels } of catalogue.allIndicators()) {
    for (const { level, above, over, below, under } of levels ?? []) {
      const [[side, at] = []] = Object.entries({ above, over, below, under }).filter(([, n]) => n !== undefined);
      if (side === undefined || at === undefined) throw new Error(`${code} has a level without a limit`);
      const reaches = (value: number): boolean =>
        worse(levelOf(value, levels, NOW), level) === levelOf(value, levels, NOW);
      const high = side === 'above' || side === 'over';
      const within = reaches(at + (high ? HAIR : -HAIR) * Math.max(1, Math.abs(at)));
      const outside = reaches(at - (high ? HAIR : -HAIR) * Math.max(1, Math.abs(at)));
      const atIt = side === 'above' || side === 'below';
      expect([code, side, at, within, outside, reaches(at)]).toEqual([code, side, at, true, false, atIt]);
      seen++;
    }
  }
  expect(seen).toBeGreaterThan(40);
});

/** Which side a number belongs to by the word before it: "from 80" and "under 80" leave it above, "above 3" below. */
const WORDS = /(?<upper>từ|dưới|from|below|under)|(?<lower>trên|vượt|above|over)/u;
function sides({ vi, en }: Text): { n: number; upper: boolean }[] {
  const text = `${vi} ${en}`.toLowerCase().replaceAll(/(\d),(\d)/gu, '$1.$2');
  const found = text.matchAll(new RegExp(`(?:^|[ (])(?:${WORDS.source}) (?<n>\\d+(?:\\.\\d+)?)(?![\\d/:])`, 'gu'));
  return [...found].map(({ groups }) => ({ n: Number(groups?.['n']), upper: groups?.['upper'] !== undefined }));
}

test('what an indicator says of a limit in words is so at the limit', () => {
  let said = 0;
  for (const { code, note, levels } of catalogue.allIndicators()) {
    for (const { n, upper } of sides(note)) {
      for (const { above, over, below, under } of levels ?? []) {
        if (![above, over, below, under].includes(n)) continue;
        expect([code, n, upper]).toEqual([code, n, above === n || under === n]);
        said++;
      }
    }
  }
  expect(said).toBeGreaterThan(15);
});

test('what a rule says of a limit in words is so at the limit', () => {
  const sight: Sight = {
    catalogue,
    units: { within: (code: string, above: string) => code === above, find: () => undefined },
    buckets: new BucketSet(),
    scope: EVERYTHING,
    moment: { at: 0, live: true },
  };
  const numberOf = (limit: number | string | undefined): number | null =>
    typeof limit === 'string' ? evaluateFormula(sight, formula(limit)).value : (limit ?? null);
  const limitsOf = ({ condition }: Rule): [number | null, number | null] =>
    condition.kind === 'threshold' || condition.kind === 'change'
      ? [numberOf(condition.above), numberOf(condition.below)]
      : [null, null];
  let said = 0;
  for (const rule of catalogue.allRules()) {
    const [above, below] = limitsOf(rule);
    for (const { n, upper } of [...sides(rule.title), ...sides(rule.note)]) {
      const near = (limit: number | null): boolean => limit !== null && Math.abs(limit - n) < 0.001;
      if (near(above)) expect([rule.id, n, upper]).toEqual([rule.id, n, n >= (above ?? 0)]);
      if (near(below)) expect([rule.id, n, upper]).toEqual([rule.id, n, n > (below ?? 0)]);
      if (near(above) || near(below)) said++;
    }
  }
  expect(said).toBeGreaterThan(15);
});
