import { expect, test } from '@jest/globals';
import { HOUR_MS, MINUTE_MS, type HubEvent } from '#libs/contracts';
import { createPack } from '#libs/sector-kit';
import { countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { TYPES } from './types.js';

const pack = createPack('agriculture', defined, undefined);
const NOW = Date.parse('2026-03-20T12:00:00+07:00');

let ids = 0;
const event = (type: string, hoursAgo: number, data: Record<string, unknown>): HubEvent => ({
  id: String(ids++),
  source: 's',
  type,
  time: NOW - hoursAgo * HOUR_MS - MINUTE_MS,
  data,
});
const salt = (station: string, hoursAgo: number, salinity: number): HubEvent =>
  event(TYPES.salinity, hoursAgo, { station, salinity });
const level = (station: string, hoursAgo: number, metres: number): HubEvent =>
  event(TYPES.waterLevel, hoursAgo, { station, level: metres });
const pond = (name: string, hoursAgo: number, oxygen: number): HubEvent =>
  event(TYPES.pond, hoursAgo, { pond: name, kind: 'shrimp', oxygen });

test('each number is what its formula says of readings that can be counted by hand', () => {
  const events = [
    // Yesterday, then by two stations today: the day's highest and lowest are not the newest.
    salt('tran-de', 20, 30),
    salt('tran-de', 8, 15.6),
    salt('tran-de', 0, 11),
    salt('nga-nam', 8, 0.2),
    salt('nga-nam', 0, 1.5),
    level('can-tho', 5, 2.2),
    level('can-tho', 0, 1.85),
    level('dai-ngai', 0, 1.2),
    pond('ao-tran-de', 1, 1),
    pond('ao-tran-de', 0, 4.5),
    pond('ao-hoa-tu', 0, 5.5),
    event(TYPES.trap, 9, {
      trap: 'bd-my-tu',
      counts: [
        { species: 'ray-nau', count: 30 },
        { species: 'khac', count: 9 },
      ],
    }),
    event(TYPES.trap, 30, { trap: 'bd-my-tu', counts: [{ species: 'ray-nau', count: 500 }] }),
  ];
  const read = countedBy(pack, events, NOW);
  const wanted = {
    'salinity-now': 11,
    'salinity-max-today': 15.6,
    'salinity-min-today': 0.2,
    // Readings of 15 minutes: two at or above 4‰, three at or above 1‰.
    'salinity-hours-today': 0.5,
    'irrigation-hours-today': 0.75,
    'water-alarm': 2,
    'oxygen-lowest': 4.5,
    'ponds-out': 1,
    planthoppers: 30,
    'silent-sensors': 0,
  };
  const numbers = Object.fromEntries(Object.keys(wanted).map((code) => [code, read(`[agriculture.${code}]`)]));
  expect(numbers).toEqual(wanted);
  // Three hours later each of the six sensors that told anything in two hours is silent.
  expect(countedBy(pack, events, NOW + 3 * HOUR_MS)('[agriculture.silent-sensors]')).toBe(6);
  expect(countedBy(pack, events, NOW + 3 * HOUR_MS)('[agriculture.salinity-now]')).toBeNull();
});
