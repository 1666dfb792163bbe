import { expect, test } from '@jest/globals';
import { dueOf, freshnessText, isLate, owedPeriod, type Freshness } from './freshness.js';

const at = (text: string): number => Date.parse(`${text}:00+07:00`);
const daily: Freshness = { step: 'day', at: '17:00' };
/** By the end of the next Wednesday. */
const weekly: Freshness = { step: 'week', plusDays: 3, at: '24:00' };

test('every 15 minutes: late from the sixteenth on', () => {
  expect(isLate({ every: 15 }, at('2026-11-23T08:00'), at('2026-11-23T08:15'))).toBe(false);
  expect(isLate({ every: 15 }, at('2026-11-23T08:00'), at('2026-11-23T08:16'))).toBe(true);
});

test('daily by 17:00: yesterday’s figures do until then, and not a minute longer', () => {
  const yesterday = at('2026-11-22T16:00');
  expect(isLate(daily, yesterday, at('2026-11-23T16:59'))).toBe(false);
  expect(isLate(daily, yesterday, at('2026-11-23T17:00'))).toBe(true);
  expect(isLate(daily, at('2026-11-23T09:00'), at('2026-11-23T17:00'))).toBe(false);
});

test('by the next Wednesday: a week from Monday to Sunday is owed from Thursday on', () => {
  const monday = at('2026-11-16T00:00');
  expect(dueOf(weekly, monday)).toBe(at('2026-11-26T00:00'));
  const inTheWeek = at('2026-11-20T10:00');
  const before = at('2026-11-15T10:00');
  expect(isLate(weekly, before, at('2026-11-25T23:59'))).toBe(false);
  expect(isLate(weekly, before, at('2026-11-26T00:00'))).toBe(true);
  expect(isLate(weekly, inTheWeek, at('2026-11-26T00:00'))).toBe(false);
  expect(owedPeriod(weekly, at('2026-11-25T12:00'))).toBe(at('2026-11-09T00:00'));
});

test('on school days by 17:00: a weekend owes nothing, Monday is owed again', () => {
  const school: Freshness = { ...daily, days: [1, 2, 3, 4, 5] };
  const friday = at('2026-11-20T08:00');
  expect(isLate(school, friday, at('2026-11-21T17:30'))).toBe(false);
  expect(isLate(school, friday, at('2026-11-23T16:59'))).toBe(false);
  expect(isLate(school, friday, at('2026-11-23T17:00'))).toBe(true);
  expect(isLate(school, at('2026-11-19T08:00'), at('2026-11-22T12:00'))).toBe(true);
});

test('what was never there is not late, it is not there', () => {
  expect(isLate(daily, null, at('2026-11-23T18:00'))).toBe(false);
});

test('the promise in words, Vietnamese and English', () => {
  expect(freshnessText(daily)).toEqual({ vi: 'hằng ngày, trước 17:00', en: 'daily by 17:00' });
  expect(freshnessText({ every: 15 }).vi).toBe('mỗi 15 phút');
});
