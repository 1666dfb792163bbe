import { describe, expect, test } from '@jest/globals';
import {
  Catalogue,
  checkBoard,
  checkProjection,
  createPack,
  foldAll,
  type Projection,
  type TypedEvent,
} from '#libs/sector-kit';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { DAY_MS, HOUR_MS, type HubEvent } from '#libs/contracts';
import { deadlineOf, diseaseOf, isAmong, termOf } from './diseases.js';
import type { VisitDto } from './health.dto.js';
import { pack as defined } from './index.js';
import { beds, diseaseCase as caseUnder, visit, visitFault } from './projections.js';
import { HealthSettings } from './settings.js';
import { simulation } from './simulation.js';
import { TYPES } from './types.js';

const pack = createPack('health', defined, undefined);
const settings = new HealthSettings();
const diseaseCase = caseUnder(settings);
const at = (text: string): number => Date.parse(`${text}+07:00`);
const fixture = (
  JSON.parse(readFileSync(new URL('./fixtures/reports.json', import.meta.url), 'utf8')) as (Omit<HubEvent, 'time'> & {
    time: string;
  })[]
).map((event): HubEvent => ({ ...event, source: 'test', time: Date.parse(event.time) }));

function sharesOf(projection: Projection, events: readonly HubEvent[]): string[] {
  return [...foldAll(projection, events).values()]
    .flatMap((state) => projection.shares(state, 0).shares)
    .map(({ metric, dims, value, at: time }) => {
      expect(pack.metrics.find(({ code }) => code === metric)?.dims).toHaveLength(dims.length);
      return `${metric.replace('health.', '')} ${dims.join(' ')} = ${value}${time === undefined ? '' : ` @${new Date(time + 7 * HOUR_MS).toISOString().slice(0, 10)}`}`;
    })
    .sort();
}
function faults(event: HubEvent): unknown[] {
  const dto = pack.events.find(({ type }) => type === event.type)?.dto;
  if (!dto) throw new Error(`no type ${event.type}`);
  return validateSync(plainToInstance(dto, event.data), { whitelist: true, forbidNonWhitelisted: true });
}

const hours = fc.integer({ min: 0, max: 5 }).map((n) => at('2026-11-01T00:00') + n * HOUR_MS);
const iso = hours.map((time) => new Date(time).toISOString());
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary);
const data = {
  case: fc.record(
    {
      caseId: fc.constantFrom('a', 'b'),
      icd10: fc.constantFrom('A97.0', 'A97', 'B05', 'J10', 'A36'),
      diagnosedAt: iso,
      reportedAt: optional(iso),
      ageBand: optional(fc.constantFrom('0-4', '65+')),
      classification: optional(fc.constantFrom('suspected', 'confirmed', 'discarded')),
      cluster: optional(fc.constantFrom('o-1', 'o-2')),
      died: optional(fc.boolean()),
      diedAt: optional(iso),
    },
    { requiredKeys: ['caseId', 'icd10', 'diagnosedAt'] },
  ),
  visit: fc.record({
    MA_LK: fc.constantFrom('1', '2'),
    MA_CSKCB: fc.constant('92-001'),
    MA_LOAI_KCB: optional(fc.constantFrom('01', '03', '09')),
    NGAY_VAO: fc.constantFrom('202611010815', '202611011815', '2026-11-01T08:15:00+07:00'),
    T_TONGCHI_BV: optional(fc.integer({ min: 0, max: 9 })),
  }),
  beds: fc.record({
    facility: fc.constantFrom('92-001', '92-002'),
    beds: fc.integer({ min: 0, max: 3 }),
    occupied: fc.integer({ min: 0, max: 3 }),
  }),
};

describe('health projections', () => {
  test.each([
    [diseaseCase, TYPES.disease, data.case],
    [visit, TYPES.visit, data.visit],
    [beds, TYPES.beds, data.beds],
  ] as [Projection, string, fc.Arbitrary<Record<string, unknown>>][])(
    'any order and any repetition ends in the same state: %#',
    (projection, type, payload) => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(payload, hours, fc.boolean()), { maxLength: 10 }),
          fc.integer(),
          (parts, seed) => {
            const events = parts.map(([values, time, placed], n): HubEvent => {
              const event: HubEvent = { id: String(n), source: 's', type, time, data: values };
              if (placed) event.unit = n % 2 ? '31135' : '31120';
              return event;
            });
            checkProjection(projection, events, { seed });
          },
        ),
        { numRuns: 200 },
      );
    },
  );

  test('a case counts once on its day, however often it is reported, and its first report decides on lateness', () => {
    expect(sharesOf(diseaseCase, fixture)).toEqual([
      'cases 31135 A97 = 1 @2026-11-01',
      'cases-by-age 31135 A97 5-14 = 1 @2026-11-01',
      'late-reports 31135 A97 = 1 @2026-11-03',
      'reported 31135 A97 = 1 @2026-11-03',
    ]);
    const inTime = { ...(fixture[0] as HubEvent), id: 'r-0', time: at('2026-11-03T08:00') };
    expect(sharesOf(diseaseCase, [...fixture, inTime]).filter((share) => share.startsWith('late'))).toEqual([]);
  });

  test('a discarded case counts no more; a death counts', () => {
    const report = fixture[1] as HubEvent;
    const with_ = (more: object): HubEvent => ({ ...report, time: report.time + 1, data: { ...report.data, ...more } });
    expect(sharesOf(diseaseCase, [...fixture, with_({ classification: 'discarded' })])).toEqual([]);
    expect(sharesOf(diseaseCase, [...fixture, with_({ died: true })])).toContain('deaths 31135 A97 = 1 @2026-11-01');
  });

  test('a death is to be reported within 24 hours of it, by its first report', () => {
    const report = fixture[0] as HubEvent;
    const death = (id: string, time: string): HubEvent => ({
      ...report,
      id,
      time: at(time),
      data: { ...report.data, died: true, diedAt: '2026-11-05T06:00:00+07:00', reportedAt: null },
    });
    const late = (events: HubEvent[]): string[] =>
      sharesOf(diseaseCase, events).filter((one) => one.startsWith('late-d'));
    expect(late([report, death('r-8', '2026-11-06T06:00:01')])).toEqual(['late-deaths 31135 A97 = 1 @2026-11-06']);
    expect(late([death('r-8', '2026-11-06T07:00'), death('r-7', '2026-11-06T06:00')])).toEqual([]);
  });

  test('of group A it counts again when it is reported; the list is a setting', () => {
    const plague = { ...(fixture[0] as HubEvent), data: { ...fixture[0]?.data, icd10: 'A20.0' } };
    expect(sharesOf(diseaseCase, [plague])).toContain('group-a 31135 A20 = 1 @2026-11-03');
    const other = caseUnder(Object.assign(new HealthSettings(), { groupA: ['A97'] }));
    expect(sharesOf(other, [plague]).filter((one) => one.startsWith('group-a'))).toEqual([]);
    expect(sharesOf(other, fixture)).toContain('group-a 31135 A97 = 1 @2026-11-03');
  });

  test('a linked case of a disease that is not endemic counts to its outbreak for 28 days', () => {
    const data = { ...fixture[0]?.data, icd10: 'A36.0', cluster: 'o-1' };
    const linked: HubEvent = { ...(fixture[0] as HubEvent), data };
    const [state] = foldAll(diseaseCase, [linked]).values();
    const end = Date.parse(String(linked.data['diagnosedAt'])) + 28 * DAY_MS;
    const at = (now: number): [boolean, number | null] => {
      const { shares, until } = diseaseCase.shares(state ?? {}, now);
      return [shares.some(({ metric, dims }) => metric === 'health.linked' && dims[2] === 'o-1'), until];
    };
    expect([at(end - 1), at(end)]).toEqual([
      [true, end],
      [false, null],
    ]);
  });

  test('a visit sent again counts once, with its corrected cost', () => {
    expect(sharesOf(visit, fixture)).toEqual([
      'insured-cost 31507 92-006 = 200000 @2026-11-03',
      'visit-cost 31507 92-006 = 300000 @2026-11-03',
      'visits 31507 92-006 outpatient = 1 @2026-11-03',
    ]);
  });

  test('beds are those of the newest report', () => {
    const report = fixture.find(({ type }) => type === TYPES.beds) as HubEvent;
    const older = { ...report, time: report.time - 1, data: { facility: '92-001', beds: 900, occupied: 100 } };
    expect(sharesOf(beds, [report, older])).toEqual(['beds 31135 92-001 = 1000', 'beds-occupied 31135 92-001 = 950']);
  });
});

describe('terms of reporting', () => {
  test.each([
    ['B05.9', 'B05', '24h'],
    ['A97.2', 'A97', '48h'],
    ['A91', 'A97', '48h'],
    ['B08.4', 'B08.4', '48h'],
    ['B084', 'B08.4', '48h'],
    ['B08.5', 'B08', 'week'],
    ['B51.0', 'B50-B54', '48h'],
    ['A83.0', 'A83.0', '48h'],
    ['A83.1', 'A83', 'week'],
    ['J10', 'J10', 'week'],
  ])('%s is %s, term %s', (icd, code, term) => {
    expect([diseaseOf(icd), termOf(icd, at('2026-07-01T00:00'), settings)]).toEqual([code, term]);
  });

  test('the circular judges what was diagnosed since it is in force; settings add diseases to it', () => {
    expect(termOf('B05', at('2026-06-30T23:59'), settings)).toBeNull();
    const more = Object.assign(new HealthSettings(), { within24Hours: ['A83.1'], within48Hours: ['J10'] });
    const now = at('2026-11-01T00:00');
    expect(['A83.1', 'J10.1', 'A83.2'].map((icd) => termOf(icd, now, more))).toEqual(['24h', '48h', 'week']);
    expect(() => createPack('health', defined, { within24Hours: ['measles'] })).toThrow(/ICD-10 codes such as/);
  });

  test('a disease comes, changes and ends on its day, and what was diagnosed before keeps its term', () => {
    const terms = [
      'B05 48h 2027-07-01',
      'B05 none 2028-01-01',
      'J10 24h 2027-01-01 2027-01-31',
      'A97 week 2026-01-01 2026-06-30',
    ];
    const dated = Object.assign(new HealthSettings(), { terms });
    const on = (icd: string, day: string) => termOf(icd, at(`${day}T12:00`), dated);
    const measles = ['2026-06-30', '2026-07-01', '2027-06-30', '2027-07-01', '2027-12-31', '2028-01-01'];
    expect(measles.map((day) => on('B05.9', day))).toEqual([null, '24h', '24h', '48h', '48h', null]);
    expect(['2026-12-31', '2027-01-01', '2027-01-31', '2027-02-01'].map((day) => on('J10', day))).toEqual([
      'week',
      '24h',
      '24h',
      'week',
    ]);
    expect(['2025-12-31', '2026-06-30', '2026-07-01'].map((day) => on('A97', day))).toEqual([null, 'week', '48h']);
    for (const line of ['B05', 'B05 24h', 'B05 soon 2027-01-01', 'B05 24h 2027-13-01'])
      expect(() => createPack('health', defined, { terms: [line] })).toThrow(/terms must be/);
  });

  test('group A and what is not endemic hold by their days too', () => {
    const lines = ['A20 2026-07-01 2027-06-30', 'A80', 'A00 2027-01-01'];
    const on = (icd: string, day: string) => isAmong(icd, lines, at(`${day}T12:00`));
    expect(['2026-06-30', '2026-07-01', '2027-06-30', '2027-07-01'].map((day) => on('A20.1', day))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([on('A80', '2020-01-01'), on('A00', '2026-12-31'), on('A00', '2027-01-01')]).toEqual([true, false, true]);
    const plague = { ...(fixture[0] as HubEvent), data: { ...fixture[0]?.data, icd10: 'A20.0' } };
    const ended = caseUnder(Object.assign(new HealthSettings(), { groupA: ['A20 2026-01-01 2026-10-31'] }));
    expect(sharesOf(ended, [plague]).filter((one) => one.startsWith('group-a'))).toEqual([]);
    expect(() => createPack('health', defined, { groupA: ['A20 bis 2027'] })).toThrow(/groupA must be/);
  });

  test('weekly cases are due by the end of the Wednesday after their week', () => {
    const wednesday = at('2026-11-11T23:59:59.999');
    expect(deadlineOf('week', at('2026-11-02T00:00'))).toBe(wednesday);
    expect(deadlineOf('week', at('2026-11-08T23:59'))).toBe(wednesday);
    expect(deadlineOf('24h', 0)).toBe(DAY_MS);
  });
});

describe('health pack', () => {
  test('is complete and its board can be drawn', () => {
    expect(() => new Catalogue([pack])).not.toThrow();
    expect(() => checkBoard(pack)).not.toThrow();
  });

  test('fixtures are valid messages of every type', () => {
    expect(new Set(fixture.map(({ type }) => type))).toEqual(new Set(pack.events.map(({ type }) => type)));
    for (const event of fixture) expect(faults(event)).toEqual([]);
  });

  test('a visit at a time that there is not, or on a day to come, is refused', () => {
    const time = Date.parse('2026-03-02T10:00+07:00');
    const visited = (times: object) =>
      ({ time, data: { MA_LK: '1', MA_CSKCB: '92-001', ...times } }) as TypedEvent<VisitDto>;
    expect(visitFault(visited({ NGAY_VAO: '203602280815' }))?.field).toBe('NGAY_VAO');
    expect(visitFault(visited({ NGAY_VAO: '202602280815', NGAY_RA: '2026-03-01T08:15:00+07:00' }))).toBeNull();
    expect(visitFault(visited({ NGAY_VAO: '202602310815' }))?.field).toBe('NGAY_VAO');
    expect(visitFault(visited({ NGAY_VAO: '202602282515' }))?.field).toBe('NGAY_VAO');
    expect(visitFault(visited({ NGAY_VAO: '202602280815', NGAY_RA: '2026-02-30T08:15' }))?.field).toBe('NGAY_RA');
  });

  test('beds and calls give readings; a facility without beds gives none', () => {
    const observe = (event: HubEvent) =>
      pack.events.find(({ type }) => type === event.type)?.observe?.(event as TypedEvent<object>) ?? [];
    const report = fixture.find(({ type }) => type === TYPES.beds) as HubEvent;
    expect(observe(report)).toEqual([{ metric: 'health.occupancy', dims: ['31135', '92-001'], value: 95 }]);
    expect(observe({ ...report, data: { facility: '92-001', beds: 0, occupied: 3 } })).toEqual([]);
    expect(observe(fixture.find(({ type }) => type === TYPES.call) as HubEvent)).toEqual([
      { metric: 'health.calls', dims: ['31186', 'traffic'], value: 1 },
      { metric: 'health.call-wait', dims: ['31186'], value: 11.5 },
    ]);
  });
});

test('a facility is told of from the occupancy that the settings call high', () => {
  const line = (given: object, occupied: number) => {
    const type = createPack('health', defined, given).events.find((one) => one.type === TYPES.beds);
    const data = { facility: '92-001', beds: 1000, occupied };
    return type?.line?.({ id: '1', source: 's', type: TYPES.beds, time: 0, data } as TypedEvent<object>) ?? null;
  };
  expect([line({}, 899), line({ occupancyHigh: 80 }, 799)]).toEqual([null, null]);
  expect([line({}, 900)?.en, line({ occupancyHigh: 80 }, 800)?.en]).toEqual([
    'BVĐK mẫu Ninh Kiều: 900/1000 beds',
    'BVĐK mẫu Ninh Kiều: 800/1000 beds',
  ]);
});

describe('health simulation', () => {
  const span = (text: string, days: number) => ({ from: at(text), to: at(text) + days * DAY_MS, seed: 5, pace: 1 });

  test('a November brings the published dengue and hand-foot-mouth cases', () => {
    const { from, to } = span('2026-11-01T00:00', 30);
    const cases = new Map<string, number>();
    // Cases of November may be reported in the first days of December.
    for (const event of simulation.events({ from, to: to + 7 * DAY_MS, seed: 5, pace: 1 })) {
      if (event.type !== TYPES.disease || !event.id.endsWith('/1')) continue;
      const diagnosed = Date.parse(String(event.data['diagnosedAt']));
      const code = String(event.data['icd10']);
      if (diagnosed >= from && diagnosed < to) cases.set(code, (cases.get(code) ?? 0) + 1);
    }
    expect(Math.abs((cases.get('A97.0') ?? 0) / 894 - 1)).toBeLessThan(0.1);
    expect(Math.abs((cases.get('B08.4') ?? 0) / 1657 - 1)).toBeLessThan(0.1);
  });

  test('gives the same valid events however time is cut', () => {
    const whole = span('2026-11-04T07:00', 0.125);
    const cuts = [0, 59_999, 1_800_000, 7_200_123, 0.125 * DAY_MS];
    const cut = cuts
      .slice(1)
      .flatMap((end, n) => [
        ...simulation.events({ ...whole, from: whole.from + (cuts[n] ?? 0), to: whole.from + end }),
      ]);
    const text = (events: HubEvent[]): string[] => events.map((event) => JSON.stringify(event)).sort();
    expect(cut.length).toBeGreaterThan(500);
    expect(text(cut)).toEqual(text([...simulation.events(whole)]));
    expect(new Set(cut.map(({ id, source }) => `${source} ${id}`)).size).toBe(cut.length);
    for (const event of cut) expect(faults(event)).toEqual([]);
  });

  test('the outbreak is twenty cases a minute', () => {
    const start = at('2026-11-04T07:00');
    const events = [...(simulation.scenarios[0]?.events?.({ from: start, to: start + 120_000, start, seed: 1 }) ?? [])];
    expect(events).toHaveLength(40);
    for (const event of events) expect(faults(event)).toEqual([]);
  });
});
