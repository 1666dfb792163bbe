import { describe, expect, test } from '@jest/globals';
import type { Formula, Measure } from '#libs/contracts';
import fc from 'fast-check';
import { formulaText } from './formula-print.js';
import { formula, FormulaError } from './formula-text.js';

const sum = (metric: string, over: Measure['over'], where?: Measure['where']): Formula => ({
  measure: { metric, agg: 'sum', over, ...(where ? { where } : {}) },
});

describe('reading', () => {
  test.each<[string, Formula]>([
    [
      '100 * sum(dossiers.on-time, month) / sum(dossiers.finished, month)',
      {
        op: 'div',
        args: [
          { op: 'mul', args: [{ constant: 100 }, sum('dossiers.on-time', 'month')] },
          sum('dossiers.finished', 'month'),
        ],
      },
    ],
    ['1 - 2 - 3', { op: 'sub', args: [{ constant: 1 }, { constant: 2 }, { constant: 3 }] }],
    [
      '1 + 2 * (3 - 4)',
      {
        op: 'add',
        args: [
          { constant: 1 },
          { op: 'mul', args: [{ constant: 2 }, { op: 'sub', args: [{ constant: 3 }, { constant: 4 }] }] },
        ],
      },
    ],
    ['sum(a.b, 24h, channel: 2 | "x y", unit: 92)', sum('a.b', { hours: 24 }, { channel: ['2', 'x y'], unit: ['92'] })],
    ['sum(a.b, 3mo)', sum('a.b', { months: 3 })],
    ['least(20, [a.score])', { op: 'least', args: [{ constant: 20 }, { indicator: 'a.score' }] }],
    ['middle(1, [a.score], 3)', { op: 'middle', args: [{ constant: 1 }, { indicator: 'a.score' }, { constant: 3 }] }],
    ['before(sum(a.b, today), 1 week)', { before: sum('a.b', 'today'), step: 'week', back: 1 }],
    [
      'average(sum(a.b), 4 weeks, skip 1)',
      { fold: 'average', of: sum('a.b', 'today'), step: 'week', count: 4, skip: 1 },
    ],
    ['ears2(sum(a.b, icd: A97))', { ears: 2, of: sum('a.b', 'today', { icd: ['A97'] }) }],
    ['-sum(a.b, now)', { op: 'mul', args: [{ constant: -1 }, sum('a.b', 'now')] }],
  ])('%s', (text, wanted) => {
    expect(formula(text)).toEqual(wanted);
  });
});

describe('a wrong formula says what and where', () => {
  test.each<[string, number, RegExp]>([
    ['', 0, /is expected/],
    ['1 +', 3, /is expected/],
    ['1 + * 2', 4, /is expected/],
    ['sum(a.b)', 4, /needs a window/],
    ['sum(a.b, yesterday)', 9, /a window is expected/],
    ['sum(a.b, 500m)', 9, /to 120m/],
    ['sum(a.b, today, 24h)', 16, /a condition/],
    ['sum(a.b, today', 14, /"\)" is expected/],
    ['total(sum(a.b), 0 days)', 16, /whole number/],
    ['total(sum(a.b), 4 moons)', 18, /a period is expected/],
    ['evil(1)', 0, /there is no function evil/],
    ['a.b / 2', 0, /write \[a\.b\]/],
    ['1 2', 2, /too much/],
    ['1 % 2', 2, /means nothing/],
    [`${'('.repeat(60)}1`, 40, /nested too deep/],
    ['constructor(1)', 0, /no function constructor/],
  ])('%s', (text, position, reason) => {
    expect.assertions(3);
    try {
      formula(text);
    } catch (error) {
      expect(error).toBeInstanceOf(FormulaError);
      expect((error as FormulaError).position).toBe(position);
      expect((error as FormulaError).message).toMatch(reason);
    }
  });

  test('no text makes it throw anything else, or hang', () => {
    const parts = fc.constantFrom(
      'sum',
      '(',
      ')',
      'a.b',
      ',',
      'today',
      '1',
      '+',
      '-',
      '*',
      '[',
      ']',
      '"',
      'x',
      ':',
      '|',
      ' ',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(parts).map((list) => list.join('')),
        ),
        (text) => {
          try {
            formula(text);
          } catch (error) {
            expect(error).toBeInstanceOf(FormulaError);
          }
        },
      ),
      { numRuns: 2_000, seed: 1 },
    );
  });
});

describe('printing', () => {
  const { formula: anyFormula } = fc.letrec<{ formula: Formula }>((tie) => ({
    formula: fc.oneof(
      { depthSize: 'small' },
      fc.integer({ min: -5, max: 90 }).map((constant): Formula => ({ constant })),
      fc
        .record({
          metric: fc.constantFrom('a.b', 'dossiers.on-time'),
          agg: fc.constantFrom<Measure['agg']>('sum', 'last', 'lastMax', 'silent'),
          over: fc.constantFrom<Measure['over']>(
            'now',
            'today',
            'year',
            { hours: 5 },
            { days: 7 },
            { months: 3 },
            { minutes: 9 },
          ),
          where: fc.constantFrom<Required<Measure>['where']>({ unit: ['92'] }, { kind: ['a "b"', 'c\\', 'Đất'] }),
        })
        .map((measure): Formula => ({ measure })),
      fc.constant<Formula>({ indicator: 'a.rate-2' }),
      fc
        .tuple(
          fc.constantFrom<'add' | 'sub' | 'mul' | 'div' | 'least'>('add', 'sub', 'mul', 'div', 'least'),
          fc.array(tie('formula'), { minLength: 2, maxLength: 3 }),
        )
        .map(([op, args]): Formula => ({ op, args })),
      tie('formula').map((before): Formula => ({ before, step: 'month', back: 1 })),
      tie('formula').map((of): Formula => ({ fold: 'deviation', of, step: 'day', count: 7, skip: 2 })),
      tie('formula').map((of): Formula => ({ ears: 3, of })),
    ),
  }));

  test('what is printed reads back to the same, for any formula that can be read', () => {
    fc.assert(
      fc.property(anyFormula, (made) => {
        const read = formula(formulaText(made));
        expect(formula(formulaText(read))).toEqual(read);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test('brackets stand where they must, and nowhere else', () => {
    for (const text of ['1 - (2 - 3)', '(1 + 2) * 3', '1 / (2 * 3)', '1 + 2 * 3', '4 * -1', '1 - 2 + 3'])
      expect(formulaText(formula(text)).replaceAll('(-1)', '-1')).toBe(text);
  });
});
