import { expect, test } from '@jest/globals';
import { periodStart } from '#libs/contracts';
import { Catalogue, formula, type Indicator } from '#libs/sector-kit';
import { harbour } from '../../test/support/harbour-pack.js';
import type { BoardContext } from './board-context.js';
import { BucketSet } from './bucket-set.js';
import { isNeeded, needsOfBoards } from './needs.js';
import { evaluateNumber } from './number-tile.js';
import { EVERYTHING } from './scope.js';

const at = (text: string): number => Date.parse(`2026-${text}+07:00`);
const NOW = at('11-03T14:32');
const indicator: Indicator = {
  code: 'harbour.month',
  title: { vi: 'Trong tháng', en: 'This month' },
  formula: formula('count(harbour.arrivals, month)'),
  format: { unit: { vi: '', en: '' }, digits: 0 },
  note: { vi: '', en: '' },
  sparkRuns: true,
};
const pack = { ...harbour, indicators: [...harbour.indicators, indicator] };
const catalogue = new Catalogue([pack]);

test('a running spark line is what the number was at the end of each day, by its own window', () => {
  const buckets = new BucketSet();
  const days = { '10-01': 8, '10-30': 1, '10-31': 2, '11-01': 4, '11-03': 16 };
  for (const [day, count] of Object.entries(days)) {
    const time = at(`${day}T10:00`);
    const row = { metric: 'harbour.arrivals', dims: ['T101', 'n'], count, sum: count, min: 1, max: 1, last: 1 };
    for (const resolution of ['h', 'd'] as const)
      buckets.apply([{ ...row, resolution, start: periodStart(resolution, time), lastAt: time, version: 1 }]);
  }
  const context: BoardContext = {
    catalogue,
    buckets,
    units: { within: (code, above) => code === above, find: () => undefined },
    scope: EVERYTHING,
    moment: { at: NOW, live: true },
    packs: [pack],
    sources: [],
    recent: [],
  };
  const { value, spark } = evaluateNumber(context, indicator);
  expect(value).toBe(20);
  expect(spark.slice(-6)).toEqual([8, 9, 11, 4, 4, 20]);
  expect(evaluateNumber(context, { ...indicator, sparkRuns: false }).spark.slice(-6)).toEqual([0, 1, 2, 4, 0, 16]);
});

test('and what it reads is kept in memory: from the start of the month of its first day', () => {
  const tile = {
    id: 'month',
    kind: 'number' as const,
    title: indicator.title,
    indicator: indicator.code,
    area: { col: 0, row: 0, width: 4, height: 3 },
  };
  const board = { id: 'b', title: indicator.title, distance: 5, tiles: [tile], packs: [pack] };
  const needs = needsOfBoards([board], catalogue, { at: NOW, live: true });
  const kept = (day: string): boolean => isNeeded(needs, 'harbour.arrivals', 'd', at(`${day}T00:00`), NOW);
  // Thirty days back from 3 November is 5 October.
  expect([kept('10-01'), kept('09-30')]).toEqual([true, false]);
});
