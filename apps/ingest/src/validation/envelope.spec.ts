import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadCatalogue } from '#libs/sectors';
import { nameFault } from './envelope.js';

test.each([
  'Nguyen Van A',
  'Nguyễn-Văn-A',
  'cccd-079201001234',
  '079201001234',
  'sdt:0903123456',
  '84903123456',
  '0903.123.456',
  'cccd079201001234',
  'dev/sdt0903123456',
  'GD4797932012345',
  'quynh.zaphiria@thu.example.vn',
  'a b',
  '-leading',
])('%s does not name a thing', (value) => {
  expect(nameFault(value)).not.toBeNull();
});

test.each([
  'H13.31348-261118-01280/9',
  'G09.20-20260609-0092637',
  '000.00.04.G18-260608-0001',
  '1.005129',
  'node-1:AXA+bc/d==:42:2026-11-22T07:00:00.123456789Z',
  'sta:17:2026-11-22T07:00:00+07:00',
  '01JD8W3G5N9V2Q4X6Z7B8C9D0E',
  '0004A30B001C0530',
  'dt-202611240001',
  'app@ttn',
])('%s names a thing', (value) => {
  expect(nameFault(value)).toBeNull();
});

test('every UUID names a thing, and so does every id that the packs simulate', async () => {
  fc.assert(fc.property(fc.uuid(), (id) => expect(nameFault(`dev:${id}`)).toBeNull()));
  expect(nameFault('0f8fad5b-d9cb-469f-a165-070867728950')).toBeNull();
  const to = Date.UTC(2026, 10, 20, 3);
  for (const pack of (await loadCatalogue()).packs) {
    for (const event of pack.simulation?.events({ from: to - 6 * 3_600_000, to, seed: 5, pace: 1 }) ?? []) {
      expect([event.id, nameFault(event.id), nameFault(event.subject ?? 'none')]).toEqual([event.id, null, null]);
    }
  }
});
