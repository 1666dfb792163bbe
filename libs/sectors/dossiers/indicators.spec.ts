import { expect, test } from '@jest/globals';
import type { HubEvent } from '#libs/contracts';
import { createPack } from '#libs/sector-kit';
import { countedBy } from '../../../test/support/pack-checks.js';
import { pack as defined } from './index.js';
import { SYNCHRONISED } from './projections.js';

const pack = createPack('dossiers', defined, undefined);
/** A Monday. */
const NOW = Date.parse('2026-11-16T07:30:00+07:00');

let number = 1;
const dossier = (TrangThaiHoSo: number, NgayTiepNhan: string, NgayHenTra: string, more = {}): HubEvent => {
  const MaHoSo = `H13.25-261102-${String(number++).padStart(4, '0')}`;
  const data = { MaHoSo, TrangThaiHoSo, NgayTiepNhan, NgayHenTra, KenhThucHien: '1', ...more };
  return { id: MaHoSo, source: 's', type: SYNCHRONISED, time: NOW, unit: '31135', data };
};
const finished = (at: string, more = {}): HubEvent =>
  dossier(9, '2026-11-02T08:00:00', '2026-11-10T17:00:00', { NgayKetThucXuLy: at, ...more });
const open = (due: string, received = '2026-11-05T08:00:00'): HubEvent => dossier(4, received, due);

test('each number is what its formula says of dossiers that can be counted by hand', () => {
  const events = [
    finished('2026-11-10T17:00:00', { KenhThucHien: '2' }),
    finished('2026-11-10T17:00:01'),
    finished('2026-11-09T09:00:00'),
    // 7.5 hours a day: due after 7.5 of them, 22.5 and 37.5; the last after 41, and one is past its time.
    open('2026-11-16T17:00:00'),
    open('2026-11-18T17:00:00'),
    open('2026-11-20T17:00:00'),
    open('2026-11-23T11:00:00', '2026-11-16T07:00:00'),
    open('2026-11-13T17:00:00'),
  ];
  const read = countedBy(pack, events, NOW);
  const numbers = Object.fromEntries(
    ['received-today', 'in-process', 'overdue', 'due-soon', 'due-24', 'due-40', 'online-month'].map((code) => [
      code,
      read(`[dossiers.${code}]`),
    ]),
  );
  expect(numbers).toEqual({
    'received-today': 1,
    'in-process': 5,
    overdue: 1,
    'due-soon': 1,
    'due-24': 2,
    'due-40': 3,
    'online-month': 12.5,
  });
  // Two truths: of three that ended one was late; of eight that came in this month one more is.
  expect(read('[dossiers.on-time-month]')).toBeCloseTo(200 / 3, 9);
  expect(read('[dossiers.on-time-766-month]')).toBe(75);
});
