import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, type HubEvent } from '#libs/contracts';
import { checkProjection, createPack } from '#libs/sector-kit';
import {
  checkPack,
  countedBy,
  type FixtureMessage,
  messagesOf,
  publishedOf,
} from '../../../test/support/pack-checks.js';
import { FIGURE_NAMES, FIGURES } from './campaigns.dto.js';
import { pack as defined } from './index.js';
import { COUNTED, day, series } from './projections.js';
import { CampaignsSettings } from './settings.js';

const pack = createPack('campaigns', defined, undefined);
const at = (text: string): number => Date.parse(`2026-11-${text}+07:00`);
const NOW = at('20T15:00');
let ids = 0;
const counted = (figure: string, date: number, count: number, more: object = {}, unit = '31135'): HubEvent => {
  const name = `2026-11-${String(date).padStart(2, '0')}`;
  const time = at(`${name.slice(8)}T20:00`);
  return { id: String(ids++), source: 's', type: COUNTED, time, unit, data: { figure, day: name, count, ...more } };
};

test('is a whole pack', () => {
  const events = checkPack(pack, at('10T00:00'));
  const read = countedBy(pack, events, at('11T20:00'));
  for (const figure of FIGURE_NAMES) expect([figure, read(`[campaigns.${figure}]`)]).not.toEqual([figure, null]);
});

test('what there is counts by its newest day in each unit, what happened adds up over days', () => {
  const corrected = { ...counted('sessions', 18, 6), time: NOW };
  const events = [
    counted('households', 18, 120),
    counted('households', 17, 100),
    counted('households', 18, 30, {}, '31147'),
    counted('teams', 18, 5),
    corrected,
    counted('sessions', 18, 4),
    counted('sessions', 17, 10),
  ];
  const read = countedBy(pack, events, NOW);
  expect(['households', 'teams', 'sessions'].map((code) => read(`[campaigns.${code}]`))).toEqual([150, 5, 16]);
  expect(read('sum(campaigns.counted, 7d, campaign: telehealth)')).toBe(16);
});

test('a day is missing once its time is over, from the first day told to the final one', () => {
  const events = [counted('learners', 10, 5), counted('learners', 12, 5)];
  const missing = (list: HubEvent[], now: number, given?: object): number | null =>
    countedBy(createPack('campaigns', defined, given), list, now)('[campaigns.missing-days]');
  expect(missing(events, at('12T23:59'))).toBe(0);
  expect(missing(events, at('13T00:00'))).toBe(1);
  expect(missing(events, at('14T23:59'))).toBe(1);
  expect(missing(events, at('15T00:00'))).toBe(2);
  expect(missing(events, at('15T00:00'), { dueDays: 0 })).toBe(3);
  expect(missing(events, at('30T00:00'), { lookBackDays: 5 })).toBe(5);
  const final = counted('learners', 12, 5, { final: true });
  expect(missing([...events, { ...final, time: final.time + 1 }], at('20T00:00'))).toBe(1);
  expect(countedBy(pack, [...events, counted('shops', 12, 5)], at('13T12:00'))('[campaigns.whole]')).toBe(50);
});

test('a day that has not begun is not counted', () => {
  const slip = { ...counted('households', 25, 9_000), time: NOW };
  const read = countedBy(pack, [slip, counted('households', 19, 100)], NOW);
  expect(read('[campaigns.households]')).toBe(100);
});

test('ends the same in any order and with any repetition', () => {
  const report = fc.tuple(
    fc.constantFrom(...FIGURE_NAMES),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 0, max: 3 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(report, { maxLength: 12 }), fc.integer(), (list, seed) => {
      const events = list.map(([figure, date, count, final]) => {
        const event = counted(figure, date, count, { final });
        return { ...event, time: event.time + (count % 2) * DAY_MS };
      });
      for (const one of [day, series(new CampaignsSettings())]) checkProjection(one, events, { seed });
    }),
    { numRuns: 100 },
  );
});

test('the four named campaigns are those that are counted; the messages of the fixture give what is counted by hand', () => {
  const { campaigns, messages } = publishedOf<{ campaigns: string[]; messages: FixtureMessage[] }>(import.meta.url);
  expect([...new Set(Object.values(FIGURES).map(({ campaign }) => campaign))]).toEqual(campaigns);
  expect(Object.keys(pack.labels['campaign'] ?? {})).toEqual(campaigns);
  const read = countedBy(pack, messagesOf(pack, messages, NOW), NOW);
  const codes = ['households', 'shops', 'learners', 'sessions', 'teams', 'members', 'missing-days', 'whole'];
  expect(codes.map((code) => read(`[campaigns.${code}]`))).toEqual([200, 0, 75, 6, 8, 61, 0, 100]);
});
