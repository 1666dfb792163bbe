import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { numberText, readNumber } from './number-text.js';

const value = (text: string): unknown => {
  const read = readNumber(text);
  return 'value' in read ? read.value : read.fault.vi;
};

test('numbers are read as people here write them', () => {
  const read: [string, number | null][] = [
    ['', null],
    ['1234', 1234],
    ['1234,5', 1234.5],
    ['1234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['1,234.5', 1234.5],
    ['1.234.567', 1_234_567],
    ['1,234,567', 1_234_567],
    ['-12.345.678,25', -12_345_678.25],
    ['−3,5', -3.5],
    ['0.234', 0.234],
    ['0,234', 0.234],
    ['1,2340', 1.234],
    [' 7 ', 7],
  ];
  for (const [text, is] of read) expect([text, value(text)]).toEqual([text, is]);
});

test('what reads two ways is refused with both ways to write it; so is what is no number', () => {
  expect(value('1.234')).toBe('“1.234” đọc được hai cách: hãy viết 1234 hoặc 1,2340');
  expect(value('-123,456')).toBe('“-123,456” đọc được hai cách: hãy viết -123456 hoặc -123,4560');
  for (const text of ['x', '1.23.456', '1.234,5.6', '1..2', '1,', '.5', '1e3', '12 345', '1.234.56'])
    expect([text, value(text)]).toEqual([text, expect.stringContaining('không phải là số')]);
});

test('what is written for a number is read back as the same', () => {
  const written = fc.integer({ min: -5_000_000, max: 5_000_000 }).map((n) => n / 1_000);
  fc.assert(
    fc.property(written, fc.constantFrom<'.' | ','>('.', ','), (number, mark) => {
      expect(value(numberText(number, mark))).toBe(number);
    }),
  );
});
