import { expect, test } from '@jest/globals';
import { limitOf, limitText } from './rule-draft.js';

test('a limit is a number as people write it, or a formula; what reads two ways is refused and stays', () => {
  expect(limitOf('1234,5', true)).toEqual({ value: 1234.5 });
  expect(limitOf('1.234,5', true)).toEqual({ value: 1234.5 });
  expect(limitOf('', true)).toEqual({ value: undefined });
  expect(limitOf('1.234', true)).toEqual({
    value: '1.234',
    fault: expect.objectContaining({ vi: expect.stringContaining('hãy viết 1234 hoặc 1,2340') }),
  });
  for (const formula of ['[a.b] * 1.234', 'sum(a.b, 1h)', '2 * 3']) {
    expect(limitOf(formula, true)).toEqual({ value: formula });
    expect(limitOf(formula, false)).toHaveProperty('fault');
  }
});

test('a limit is shown as it is read back, in Vietnamese', () => {
  for (const limit of [1234, 1.234, -0.5, 12_345.678, undefined])
    expect(limitOf(limitText(limit), true)).toEqual({ value: limit });
  expect(limitText(1.5)).toBe('1,5');
});
