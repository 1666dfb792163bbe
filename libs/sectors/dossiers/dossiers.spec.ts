import { describe, expect, test } from '@jest/globals';
import { Catalogue, checkBoard, checkProjection, createPack, foldAll } from '#libs/sector-kit';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { HubEvent } from '#libs/contracts';
import { pack as defined, rulesOf } from './index.js';
import { type DossierState, endOf, statusOf } from './dossier-state.js';
import { dossierProjection, PROGRESS, SYNCHRONISED } from './projections.js';
import { DossierSettings } from './settings.js';
import { expectedOn, PUBLISHED, simulation, STREAMS } from './simulation.js';

const pack = createPack('dossiers', defined, undefined);
const dossier = dossierProjection(rulesOf(new DossierSettings()));
const at = (text: string): number => Date.parse(`${text}+07:00`);
const fixture = (
  JSON.parse(readFileSync(new URL('./fixtures/dossier.json', import.meta.url), 'utf8')) as (Omit<HubEvent, 'time'> & {
    time: string;
  })[]
).map((event): HubEvent => ({ ...event, source: 'test', time: Date.parse(event.time) }));
const CODE = 'H13.31135-261005-0042';

function stateOf(events: readonly HubEvent[]): DossierState {
  return foldAll(dossier, events).get(CODE) as DossierState;
}
function sharesOf(events: readonly HubEvent[], now: number): { names: string[]; until: number | null } {
  const { shares, until } = dossier.shares(stateOf(events), now);
  return { names: shares.map(({ metric }) => metric.replace('dossiers.', '')).sort(), until };
}

const KEYS = ['H13.1-261005-0001', 'H13.1-261005-0002'];
/** About the end of a month, and three months in all. */
const times = fc
  .oneof(
    fc.integer({ min: at('2026-10-30T00:00'), max: at('2026-11-02T00:00') }),
    fc.integer({ min: at('2026-09-25T00:00'), max: at('2026-12-05T00:00') }),
  )
  .map((t) => t - (t % 3_600_000));
const iso = times.map((time) => new Date(time).toISOString());
const message = fc.oneof(
  fc.record({
    type: fc.constant(SYNCHRONISED),
    data: fc.record(
      {
        MaHoSo: fc.constantFrom(...KEYS),
        TrangThaiHoSo: fc.integer({ min: 1, max: 10 }),
        NgayHenTra: iso,
        NgayTiepNhan: iso,
        NgayKetThucXuLy: fc.option(iso),
        KenhThucHien: fc.constantFrom('1', 2, '3'),
        DuocThanhToanTrucTuyen: fc.constantFrom('0', 1),
      },
      { requiredKeys: ['MaHoSo', 'TrangThaiHoSo'] },
    ),
  }),
  fc.record({
    type: fc.constant(PROGRESS),
    data: fc.record(
      { MaHoSo: fc.constantFrom(...KEYS), TrangThai: fc.integer({ min: 1, max: 10 }), ThoiDiemXuLy: iso },
      { requiredKeys: ['MaHoSo', 'TrangThai'] },
    ),
  }),
);

describe('dossier projection', () => {
  test('any order and any repetition ends in the same state', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(message, times), { maxLength: 12 }), fc.integer(), (parts, seed) => {
        const events = parts.map(([part, time], n): HubEvent => ({
          ...part,
          id: String(n),
          source: 's',
          time,
          unit: n % 2 ? '31135' : '31120',
        }));
        checkProjection(dossier, events, { seed });
      }),
      { numRuns: 300 },
    );
  });

  test('follows a dossier through its life', () => {
    const received = fixture.slice(0, 2);
    // Due on Friday 9 October at 17:00: 40 working hours before are more than a week of 7.5 hours a day.
    const names = ['due', 'in-process', 'papers', 'received', 'received-by-field'];
    expect(sharesOf(received, at('2026-10-05T10:00'))).toEqual({ names, until: at('2026-10-06T15:30') });
    const within = (now: string): unknown => {
      const { shares, until } = dossier.shares(stateOf(received), at(now));
      return [shares.find(({ metric }) => metric === 'dossiers.due')?.dims[2], until];
    };
    expect(within('2026-10-05T10:00')).toEqual(['40', at('2026-10-06T15:30')]);
    expect(within('2026-10-06T15:30')).toEqual(['24', at('2026-10-08T16:30')]);
    expect(within('2026-10-08T16:30')).toEqual(['8', at('2026-10-09T17:00') + 1]);
    expect(sharesOf(received, at('2026-10-09T17:00')).names).not.toContain('overdue');
    expect(sharesOf(received, at('2026-10-09T17:00') + 1)).toMatchObject({ until: null });
    expect(sharesOf(received, at('2026-10-09T17:00') + 1).names).toContain('overdue');

    const paused = sharesOf(fixture.slice(0, 3), at('2026-10-10T00:00'));
    expect(paused.names).toContain('paused');
    expect(paused.names).not.toContain('overdue');
    expect(sharesOf(fixture.slice(0, 4), at('2026-10-07T10:00')).names).toContain('in-process');

    const done = dossier.shares(stateOf(fixture), at('2026-12-01T00:00'));
    expect(done.until).toBeNull();
    expect(done.shares).toContainEqual({
      metric: 'dossiers.on-time',
      dims: ['31135', 'H13.31135'],
      value: 1,
      at: at('2026-10-08T15:00'),
    });
    expect(done.shares).toContainEqual({
      metric: 'dossiers.received',
      dims: ['31135', 'H13.31135', '2', 'online'],
      value: 1,
      at: at('2026-10-05T08:12'),
    });
  });

  test('a step known alone still has its agency and province, and no field that nobody sent', () => {
    const step = { ...fixture[1], data: { MaHoSo: CODE, TrangThai: 4 } } as HubEvent;
    delete step.unit;
    const { shares } = dossier.shares(stateOf([step]), at('2026-10-05T10:00'));
    expect(shares).toContainEqual({
      metric: 'dossiers.received',
      dims: ['92', 'H13.31135', 'unknown', 'none'],
      value: 1,
      at: step.time,
    });
  });

  test('a late report of an older step does not reopen a finished dossier; a newer one does', () => {
    const step = (time: string, done: string): HubEvent => ({
      ...(fixture[1] as HubEvent),
      time: at(time),
      data: { MaHoSo: CODE, TrangThai: '4', ThoiDiemXuLy: `${done}+07:00` },
    });
    expect(statusOf(stateOf([...fixture, step('2026-10-12T08:00', '2026-10-06T08:00:00')]))).toBe(10);
    const reopened = stateOf([...fixture, step('2026-10-12T08:00', '2026-10-12T08:00:00')]);
    expect(endOf(reopened)).toBeNull();
  });

  test('reopened, it ended when it ended again, and not in time because it once had', () => {
    const step = (time: string, TrangThai: number): HubEvent => ({
      ...(fixture[1] as HubEvent),
      time: at(time),
      data: { MaHoSo: CODE, TrangThai, ThoiDiemXuLy: `${time}:00+07:00` },
    });
    const due = {
      ...(fixture[0] as HubEvent),
      time: at('2026-10-05T08:00'),
      data: {
        MaHoSo: CODE,
        TrangThaiHoSo: 2,
        NgayTiepNhan: '2026-10-05T08:00:00+07:00',
        NgayHenTra: '2026-10-12T17:00:00+07:00',
      },
    };
    const first = [due, step('2026-10-07T09:00', 9)];
    const again = [...first, step('2026-10-08T09:00', 4), step('2026-10-20T09:00', 9), step('2026-10-21T09:00', 10)];
    expect(endOf(stateOf(first))).toBe(at('2026-10-07T09:00'));
    expect(endOf(stateOf(again))).toBe(at('2026-10-20T09:00'));
    expect(sharesOf(first, at('2026-10-25T08:00')).names).not.toContain('late');
    expect(sharesOf(again, at('2026-10-25T08:00')).names).toContain('late');
    // An open state that a system told once more, late at night, is no new end by itself.
    const stale = { ...due, time: at('2026-10-08T01:00'), data: { ...due.data, TrangThaiHoSo: 4 } };
    const told = { ...stale, time: at('2026-10-09T01:00'), data: { ...stale.data, TrangThaiHoSo: 9 } };
    expect(endOf(stateOf([...first, stale, told]))).toBe(at('2026-10-07T09:00'));
  });

  test('reopened, where whole reports alone tell of it, it ended with the first report of an end since', () => {
    const told = (time: string, TrangThaiHoSo: number, more = {}): HubEvent => ({
      ...(fixture[0] as HubEvent),
      time: at(`2026-10-${time}T01:00`),
      data: {
        MaHoSo: CODE,
        TrangThaiHoSo,
        NgayTiepNhan: '2026-10-05T08:00:00+07:00',
        NgayHenTra: '2026-10-12T17:00:00+07:00',
        ...more,
      },
    });
    const night = (day: string): number => at(`2026-10-${day}T01:00`);
    const first = [told('06', 4), told('08', 9), told('09', 9), told('10', 9)];
    const again = [...first, told('11', 4), told('19', 4), told('20', 9), told('21', 9), told('22', 9)];
    expect(endOf(stateOf(first))).toBe(night('08'));
    expect(endOf(stateOf(again))).toBe(night('20'));
    expect(endOf(stateOf(again.toReversed()))).toBe(night('20'));
    expect(sharesOf(first, at('2026-10-25T08:00')).names).not.toContain('late');
    expect(sharesOf(again, at('2026-10-25T08:00')).names).toContain('late');
    expect(sharesOf(again, at('2026-12-25T08:00')).names).toContain('late');
    // Handed over at once the second time; and an end that was recorded before the reopening is not that of now.
    expect(endOf(stateOf([...again.slice(0, 6), told('20', 10), told('21', 10)]))).toBe(night('20'));
    const recorded = told('08', 9, { NgayKetThucXuLy: '2026-10-07T16:00:00+07:00' });
    expect(endOf(stateOf([recorded, ...again]))).toBe(night('20'));
    expect(endOf(stateOf([recorded, ...first]))).toBe(at('2026-10-07T16:00'));
    // A step reopens it, and the end is told at night only.
    const step = { ...(fixture[1] as HubEvent), data: { MaHoSo: CODE, TrangThai: 9 } };
    const back = { ...step, time: at('2026-10-11T09:00'), data: { MaHoSo: CODE, TrangThai: 4 } };
    expect(endOf(stateOf([{ ...step, time: at('2026-10-07T15:00') }, back, told('20', 9), told('21', 9)]))).toBe(
      night('20'),
    );
  });

  test('asked twice to pay is not asked twice for supplements, where both waits are taken off', () => {
    const settings = Object.assign(new DossierSettings(), { waitingStatuses: ['5', '6'] });
    const both = dossierProjection(rulesOf(settings));
    const through = (...steps: [string, number][]): string[] => {
      const events = steps.map(([time, TrangThai]): HubEvent => {
        const data = { MaHoSo: CODE, TrangThai, ThoiDiemXuLy: `2026-10-${time}:00+07:00` };
        return { ...(fixture[1] as HubEvent), time: at(`2026-10-${time}`), data };
      });
      const state = foldAll(both, events).get(CODE) ?? {};
      return both.shares(state, at('2026-10-25T08:00')).shares.map(({ metric }) => metric);
    };
    const twice = (status: number): [string, number][] => [
      ['05T08:00', 4],
      ['06T08:00', status],
      ['06T10:00', 4],
      ['07T08:00', status],
      ['07T10:00', 4],
      ['08T08:00', 9],
    ];
    expect(through(...twice(6))).not.toContain('dossiers.late');
    expect(through(...twice(5))).toContain('dossiers.late');
    // Supplements, payment, supplements: one wait for the clock, two requests for the clause.
    expect(through(['05T08:00', 4], ['06T08:00', 5], ['06T10:00', 6], ['07T08:00', 5], ['08T08:00', 9])).toContain(
      'dossiers.late',
    );
  });

  test('dates of no sense are as good as none', () => {
    const odd = { ...(fixture[0] as HubEvent), data: { ...fixture[0]?.data, NgayHenTra: '9999-12-31T00:00:00Z' } };
    expect(sharesOf([odd], at('2026-10-09T00:00'))).toMatchObject({ until: null });
  });
});

describe('dossiers pack', () => {
  test('is complete and its board can be drawn', () => {
    expect(() => new Catalogue([pack])).not.toThrow();
    expect(() => checkBoard(pack)).not.toThrow();
  });

  test('fixtures are valid messages', () => {
    for (const event of fixture) {
      const dto = pack.events.find(({ type }) => type === event.type)?.dto;
      expect(dto).toBeDefined();
      if (dto)
        expect(validateSync(plainToInstance(dto, event.data), { whitelist: true, forbidNonWhitelisted: true })).toEqual(
          [],
        );
    }
  });
});

describe('dossiers simulation', () => {
  test('expects the published volumes over the published window', () => {
    for (const stream of STREAMS) {
      let sum = 0;
      for (let day = PUBLISHED.from; day < PUBLISHED.to; day += 86_400_000) sum += expectedOn(stream, day);
      expect(sum).toBeCloseTo(stream.received, 3);
    }
  });

  test('reproduces the published shares', () => {
    const from = at('2026-09-07T00:00');
    const span = { from, to: from + 14 * 86_400_000, seed: 1, pace: 0.03 };
    const events = [...simulation.events(span)];
    for (const stream of STREAMS) {
      const own = events.filter(({ source }) => source === stream.source);
      const totals = new Map<string, number>();
      let days = 0;
      for (const state of foldAll(dossier, own).values() as Iterable<DossierState>) {
        const { shares } = dossier.shares(state, span.to);
        const inSpan = shares.filter((share) => share.at === undefined || share.at >= from);
        for (const { metric, dims, value } of inSpan) {
          for (const name of [metric, `${metric} ${dims[3]}`]) totals.set(name, (totals.get(name) ?? 0) + value);
        }
        const end = endOf(state);
        if (end !== null && state.received) days += end >= from ? (end - state.received[1]) / 86_400_000 : 0;
      }
      const ratio = (a: string, b: string): number =>
        (totals.get(`dossiers.${a}`) ?? 0) / (totals.get(`dossiers.${b}`) ?? 0);
      expect(Math.abs(ratio('on-time', 'finished') - stream.onTime / stream.received)).toBeLessThan(0.02);
      const [online = 0, desk = 0] = ['online', 'desk'].map((fee) => totals.get(`dossiers.received ${fee}`));
      expect(Math.abs(online / (online + desk) - stream.paidOnline / stream.withFee)).toBeLessThan(0.02);
      expect(Math.abs(days / (totals.get('dossiers.finished') ?? 0) - stream.days)).toBeLessThan(0.5);
      expect(own.length / (totals.get('dossiers.received') ?? 0)).toBeGreaterThan(6);
      expect(own.length / (totals.get('dossiers.received') ?? 0)).toBeLessThan(13);
    }
  });

  test('gives the same events however time is cut, each valid and of its own time', () => {
    const from = at('2026-10-05T06:00');
    const whole = [...simulation.events({ from, to: from + 7_200_000, seed: 3, pace: 0.05 })];
    const cut = [0, 1, 2, 3].flatMap((n) => [
      ...simulation.events({ from: from + n * 1_800_000, to: from + (n + 1) * 1_800_000, seed: 3, pace: 0.05 }),
    ]);
    const text = (events: HubEvent[]): string[] => events.map((event) => JSON.stringify(event)).sort();
    expect(whole.length).toBeGreaterThan(30);
    expect(text(cut)).toEqual(text(whole));
    expect(new Set(whole.map(({ id, source }) => `${source} ${id}`)).size).toBe(whole.length);
    for (const event of whole) {
      const dto = pack.events.find(({ type }) => type === event.type)?.dto;
      if (dto)
        expect(validateSync(plainToInstance(dto, event.data), { whitelist: true, forbidNonWhitelisted: true })).toEqual(
          [],
        );
    }
  });

  test('the wave brings overdue dossiers', () => {
    const start = at('2026-10-05T09:00');
    const wave = simulation.scenarios.find(({ name }) => name === 'overdue-wave');
    const events = [...(wave?.events?.({ from: start, to: start + 60_000, start, seed: 1 }) ?? [])];
    expect(events).toHaveLength(40);
    for (const state of foldAll(dossier, events).values()) {
      expect(dossier.shares(state, start).shares.map(({ metric }) => metric)).toContain('dossiers.overdue');
    }
  });
});
