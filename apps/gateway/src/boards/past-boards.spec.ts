import { expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#libs/contracts';
import { formula } from '#libs/sector-kit';
import { harbourCatalogue } from '../../../../test/support/harbour-pack.js';
import { answeredMoment, minutesBack } from './past-boards.js';

/** 10:37 in Vietnam. */
const AT = Date.UTC(2026, 10, 1, 3, 37);
const HOUR = AT - 37 * MINUTE_MS;
const catalogue = harbourCatalogue();

const answered = (text: string, daysAgo: number): number =>
  answeredMoment(AT, AT + daysAgo * DAY_MS, 35, minutesBack([formula(text)], catalogue, AT));

test('a past moment is its minute, and its hour once the minutes are gone', () => {
  expect(answered('count(harbour.arrivals, today)', 34)).toBe(AT);
  expect(answered('count(harbour.arrivals, today)', 35)).toBe(HOUR);
  expect(answeredMoment(AT, AT + 35 * DAY_MS - HOUR_MS, 35)).toBe(AT);
});

test('part of an hour is not held against an earlier moment of which the minutes are gone', () => {
  const usual = 'count(harbour.arrivals, today) / before(count(harbour.arrivals, today), 4 weeks)';
  expect(answered(usual, 6)).toBe(AT);
  expect(answered(usual, 8)).toBe(HOUR);
  // Levels, and whole days, are the same to the minute.
  expect(answered('before(sum(harbour.moored, now), 4 weeks)', 8)).toBe(AT);
  expect(answered('total(count(harbour.arrivals, today), 7 days)', 8)).toBe(AT);
});
