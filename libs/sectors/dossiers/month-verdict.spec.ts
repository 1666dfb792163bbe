import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HOUR_MS, type HubEvent } from '#libs/contracts';
import { evaluateFormula } from '#libs/live';
import { createPack, foldAll, formula } from '#libs/sector-kit';
import { sightOf } from '../../../test/support/pack-checks.js';
import { pack as defined, rulesOf } from './index.js';
import { dossierProjection, PROGRESS, SYNCHRONISED } from './projections.js';
import { DossierSettings } from './settings.js';

const pack = createPack('dossiers', defined, undefined);
const dossier = dossierProjection(rulesOf(new DossierSettings()));
const at = (text: string): number => Date.parse(`2026-${text}+07:00`);
const iso = (time: number): string => new Date(time).toISOString();
/** Received on 5 October; the month is over with its last millisecond. */
const RECEIVED = at('10-05T08:00');
const OVER = at('11-01T00:00');
const CODE = 'H13.25-261005-0042';

let ids = 0;
const told = (time: number, status: number, more: Record<string, string> = {}): HubEvent => ({
  id: String(ids++),
  source: 's',
  type: SYNCHRONISED,
  time,
  unit: '31135',
  data: { MaHoSo: CODE, TrangThaiHoSo: status, NgayTiepNhan: iso(RECEIVED), ...more },
});
const step = (time: number, status: number): HubEvent => ({
  id: String(ids++),
  source: 's',
  type: PROGRESS,
  time,
  unit: '31135',
  data: { MaHoSo: CODE, TrangThai: status },
});
const due = (text: string): Record<string, string> => ({ NgayHenTra: iso(at(text)) });

/** When the dossier became late in its month; null: it was on time there. */
function lateAt(events: readonly HubEvent[], now: number): number | null {
  const [state] = foldAll(dossier, events).values();
  if (!state) throw new Error('no dossier');
  return dossier.shares(state, now).shares.find(({ metric }) => metric === 'dossiers.late')?.at ?? null;
}
const LATER = at('12-20T08:00');

describe('a month that is over is judged as of its end (clause 5)', () => {
  const received = told(RECEIVED, 2, due('10-20T17:00'));
  const open = [received, step(at('10-06T09:00'), 4)];
  const lenient = [told(RECEIVED, 2, due('11-03T17:00')), step(at('10-06T09:00'), 4)];

  test('open and overdue at its end it was late, open and not yet due it was not, whatever happened since', () => {
    expect(lateAt(open, at('10-20T17:00'))).toBeNull();
    expect(lateAt(open, LATER)).toBe(at('10-20T17:00') + 1);
    expect(lateAt([...open, step(at('11-10T09:00'), 9)], LATER)).toBe(at('10-20T17:00') + 1);
    expect(lateAt(lenient, LATER)).toBeNull();
    expect(lateAt([...lenient, step(at('11-10T09:00'), 9)], LATER)).toBeNull();
    // Due at the very end of the month: it was not late within it.
    expect(lateAt([told(RECEIVED, 2, { NgayHenTra: '2026-10-31' })], LATER)).toBeNull();
  });

  test('what is told later of a time in the month changes the month', () => {
    const ended = told(at('11-01T01:00'), 9, { NgayKetThucXuLy: iso(at('10-19T16:00')) });
    expect(lateAt([...open, ended], LATER)).toBeNull();
    const forgotten = {
      ...step(at('11-20T09:00'), 9),
      data: { MaHoSo: CODE, TrangThai: 9, ThoiDiemXuLy: iso(at('10-20T16:00')) },
    };
    expect(lateAt([...open, forgotten], LATER)).toBeNull();
  });

  test('a due date that was moved after the month does not mend it, nor do requests after it spoil it', () => {
    expect(lateAt([...open, told(at('11-05T01:00'), 4, due('11-15T17:00'))], LATER)).toBe(at('10-20T17:00') + 1);
    expect(lateAt([...open, told(at('10-19T01:00'), 4, due('11-15T17:00'))], LATER)).toBeNull();
    const asked = ['11-02', '11-05'].flatMap((day) => [step(at(`${day}T09:00`), 5), step(at(`${day}T15:00`), 4)]);
    expect(lateAt([...lenient, ...asked], LATER)).toBeNull();
    expect(lateAt([...lenient, step(at('10-12T09:00'), 5), ...asked], LATER)).toBeNull();
  });

  test('reopened in the month it was open at its end, although both were told again in the next', () => {
    const reopened = [received, step(at('10-08T09:00'), 4), step(at('10-10T09:00'), 9), step(at('10-22T09:00'), 4)];
    const after = [step(at('11-03T09:00'), 4), step(at('11-04T09:00'), 9)];
    expect(lateAt([...reopened, ...after], LATER)).toBe(at('10-20T17:00') + 1);
    expect(lateAt([...reopened.slice(0, 3), ...after], LATER)).toBeNull();
  });

  test('and by nothing but what happened before it', () => {
    const hours = fc.integer({ min: 0, max: 45 * 24 }).map((hour) => at('10-05T09:00') + hour * HOUR_MS);
    const dues = fc.option(
      hours.map((time) => ({ NgayHenTra: iso(time) })),
      { nil: {} },
    );
    const message = fc.oneof(
      fc.tuple(hours, fc.integer({ min: 1, max: 10 })).map(([time, status]) => step(time, status)),
      fc
        .tuple(hours, fc.integer({ min: 1, max: 10 }), dues, fc.boolean())
        .map(([time, status, more, ends]) =>
          told(time, status, { ...more, ...(ends ? { NgayKetThucXuLy: iso(time) } : {}) }),
        ),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const events = [received, ...messages];
        const before = events.filter(({ time }) => time < OVER);
        expect(lateAt(events, LATER)).toBe(lateAt(before, OVER - 1));
      }),
      { numRuns: 1_000 },
    );
  });
});

test('what time changes is due in the time to come, also around the end of the month', () => {
  const times = fc.integer({ min: at('10-30T00:00'), max: at('11-03T00:00') });
  const seconds = times.map((time) => time - (time % 1_000));
  const last = fc.constantFrom('2026-10-31', '2026-10-31T23:59:59+07:00', '2026-11-01T00:00:00+07:00');
  fc.assert(
    fc.property(fc.oneof(last, seconds.map(iso)), fc.oneof(times, fc.constant(OVER - 500)), (NgayHenTra, now) => {
      const [state] = foldAll(dossier, [told(RECEIVED, 4, { NgayHenTra })]).values();
      const { until } = dossier.shares(state ?? {}, now);
      expect(until === null || until > now).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('the number of a month is that of its end ever after, and that of any hour in it what was so then', () => {
  const other = (code: string, events: HubEvent[]): HubEvent[] =>
    events.map((event) => ({ ...event, data: { ...event.data, MaHoSo: code } }));
  const events = [
    ...other('H13.25-261005-0001', [told(RECEIVED, 2, due('10-20T17:00')), step(at('11-12T10:00'), 9)]),
    ...other('H13.25-261005-0002', [told(RECEIVED, 2, due('11-03T17:00')), step(at('11-12T10:00'), 9)]),
    ...other('H13.25-261005-0003', [told(RECEIVED, 2, due('10-26T17:00'))]),
    ...other('H13.25-261005-0004', [told(RECEIVED, 2, due('10-26T17:00')), step(at('10-26T16:00'), 9)]),
  ];
  const sight = sightOf(pack, events, LATER);
  const read = (code: string, moment: number): number | null =>
    evaluateFormula({ ...sight, moment: { at: moment, live: false } }, formula(`[dossiers.${code}]`)).value;
  expect(read('on-time-766-month', at('10-20T16:59'))).toBe(100);
  expect(read('on-time-766-month', at('10-20T17:30'))).toBe(75);
  expect(read('on-time-766-month', OVER - 1)).toBe(50);
  expect(read('score-progress', OVER - 1)).toBe(10);
  // Nothing was received in November: no data, and no month before spills into it.
  expect(read('on-time-766-month', at('11-12T12:00'))).toBeNull();
});
