import { expect, test } from '@jest/globals';
import { Pseudonyms } from './pseudonyms.js';

const NOVEMBER = Date.parse('2026-11-24T08:00:00+07:00');
const DECEMBER = Date.parse('2026-12-01T00:00:00+07:00');

test('a pseudonym is the same for the same person in a month, another for another, for another month and another key', () => {
  const pseudonyms = new Pseudonyms('a secret of more than thirty-two characters');
  const first = pseudonyms.of('092188776655', NOVEMBER);
  expect(first).toMatch(/^ps_[\w-]{22}$/);
  expect(pseudonyms.of(' 092188776655', DECEMBER - 1)).toBe(first);
  expect(pseudonyms.of('092188776656', NOVEMBER)).not.toBe(first);
  expect(pseudonyms.of('092188776655', DECEMBER)).not.toBe(first);
  expect(new Pseudonyms('another secret of thirty-two characters').of('092188776655', NOVEMBER)).not.toBe(first);
});
