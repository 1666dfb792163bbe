import { describe, expect, test } from '@jest/globals';
import { ears, mean, median, sampleDeviation } from './statistics.js';

/**
 * Reference vectors worked out by hand after Hutwagner, Thompson, Seeman, Treadwell, "The bioterrorism preparedness and
 * response Early Aberration Reporting System (EARS)", J. Urban Health 80 (2003), Suppl. 1, i89–i96.
 *
 * Baseline B = 2, 4, 4, 4, 5, 5, 4: sum 28, mean 4; squares 4 + 0 + 0 + 0 + 1 + 1 + 0 = 6; 6 / (7 − 1) = 1, so SD 1.
 */
const B = [2, 4, 4, 4, 5, 5, 4];
const NINE = 9;

describe('EARS', () => {
  test('C1 compares with the seven days before', () => {
    // (8 − 4) / 1
    expect(ears(1, [...B, 8])).toBeCloseTo(4, NINE);
  });

  test('C2 leaves two days between, whatever they are', () => {
    expect(ears(2, [...B, 90, 0, 8])).toBeCloseTo(4, NINE);
    // C1 of the same days sees the 90.
    expect(ears(1, [...B, 90, 0, 8])).toBeLessThan(0);
  });

  test('C3 sums what C2 of three days exceeds 1 by', () => {
    // Day 10 (7): baseline B: (7 − 4) / 1 = 3, of which 2 count.
    // Day 11 (5): baseline 4, 4, 4, 5, 5, 4, 4: mean 30/7; squares 5·(2/7)² + 2·(5/7)² = 70/49 = 10/7; /6 = 5/21.
    //   (5 − 30/7) / √(5/21) = (5/7)·√(21/5) = √(15/7).
    // Day 12 (8): baseline 4, 4, 5, 5, 4, 4, 4: the same mean and SD: (26/7)·√(21/5) = √(2028/35).
    const wanted = 2 + (Math.sqrt(15 / 7) - 1) + (Math.sqrt(2028 / 35) - 1);
    expect(ears(3, [...B, 4, 4, 7, 5, 8])).toBeCloseTo(wanted, NINE);
  });

  test('a day below the baseline takes nothing away from C3', () => {
    // Day 11 (0): far below; only days 10 and 12 count.
    const wanted = 2 + (Math.sqrt(2028 / 35) - 1);
    expect(ears(3, [...B, 4, 4, 7, 0, 8])).toBeCloseTo(wanted, NINE);
  });

  test('a baseline without variance is divided by 0.2, so that one more case is not endless', () => {
    // (5 − 4) / 0.2
    expect(ears(1, [4, 4, 4, 4, 4, 4, 4, 5])).toBeCloseTo(5, NINE);
    expect(ears(1, [0, 0, 0, 0, 0, 0, 0, 0])).toBe(0);
  });

  test.each([
    [1, [4, 4, null, 4, 4, 4, 4, 5]],
    [2, [...B, 1, 1, null]],
    [2, [...B, 8]],
    [3, [...B, 4, 4, 7, 5].slice(1)],
    [1, []],
  ] as const)('C%s of days that are not all known is no data: %j', (method, days) => {
    expect(ears(method, days)).toBeNull();
  });
});

test('mean, deviation of a sample and median', () => {
  expect([mean(B), sampleDeviation(B), median(B)]).toEqual([4, 1, 4]);
  expect([mean([]), sampleDeviation([3]), median([])]).toEqual([null, null, null]);
  expect(median([1, 9, 2, 4])).toBe(3);
});
