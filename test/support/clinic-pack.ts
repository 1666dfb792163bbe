import { IsInt, IsString } from 'class-validator';
import { DAY_MS, periodStart } from '#libs/contracts';
import { enteredMetrics, eventType, formula, projection, type Indicator, type SectorPack } from '#libs/sector-kit';

class CallDto {
  @IsString()
  kind!: string;
}
class VisitDto {
  @IsInt()
  count!: number;
}
class CaseDto {
  @IsString()
  patient!: string;
  @IsString()
  disease!: string;
}

const both = (text: string) => ({ vi: text, en: text });
const format = { unit: both('ca'), digits: 0 };
const entered = enteredMetrics('clinic', [
  { code: 'history', title: both('history'), dims: ['unit', 'disease'], step: 'month', format },
  { code: 'online', title: both('online'), dims: ['unit'], step: 'month', format },
]);
export const CLINIC = {
  call: 'vn.ioc.clinic.call.received.v1',
  visit: 'vn.ioc.clinic.visit.counted.v1',
  case: 'vn.ioc.clinic.case.reported.v1',
  published: entered.event.type,
} as const;

interface CaseState {
  unit: string;
  disease: string;
  at: number;
}
const cases = projection<CaseState, CaseDto>({
  name: 'case',
  types: [CLINIC.case],
  key: ({ data }) => data.patient,
  fold: (before, { data, unit = '', time }) => before ?? { unit, disease: data.disease, at: time },
  shares: ({ unit, disease, at }) => ({
    shares: [{ metric: 'clinic.cases', dims: [unit, disease], value: 1, at }],
    until: null,
  }),
});

const made = (code: string, text: string): Indicator => ({
  code: `clinic.${code}`,
  title: both(code),
  formula: formula(text),
  format,
  note: both('for tests'),
});

/** Counts of the last complete days, each on its own. */
const lastDays = 'sum(clinic.calls, kind: old), 3 days';

/** A sector with every kind of metric, for tests of explanations: flows, a stock of persons, entered values. */
export const clinic: SectorPack = {
  id: 'clinic',
  title: both('Clinic'),
  events: [
    eventType<CallDto>({
      type: CLINIC.call,
      title: both('call'),
      dto: CallDto,
      adds: ['calls'],
      observe: ({ unit = '', data }) => [{ metric: 'clinic.calls', dims: [unit, data.kind], value: 1 }],
    }),
    eventType<VisitDto>({
      type: CLINIC.visit,
      title: both('visit'),
      dto: VisitDto,
      adds: ['visits'],
      observe: ({ unit = '', data }) => [{ metric: 'clinic.visits', dims: [unit], value: data.count }],
    }),
    eventType<CaseDto>({ type: CLINIC.case, title: both('case'), dto: CaseDto, adds: ['cases'] }),
    entered.event,
  ],
  metrics: [
    { code: 'clinic.calls', title: both('calls'), kind: 'flow', dims: ['unit', 'kind'], format },
    { code: 'clinic.visits', title: both('visits'), kind: 'flow', dims: ['unit'], format },
    { code: 'clinic.cases', title: both('cases'), kind: 'stock', dims: ['unit', 'disease'], format, hideBelow: 5 },
    ...entered.metrics,
  ],
  projections: [cases, entered.projection],
  indicators: [
    made('calls', 'sum(clinic.calls, 7d)'),
    made('calls-usual', `average(${lastDays})`),
    made('visits', 'sum(clinic.visits, 7d)'),
    made('cases', 'sum(clinic.cases, 7d)'),
    made('online', 'last(clinic.online, 800d)'),
    made('usual', 'average(sum(clinic.history, month), 5 months, every 12)'),
    made('excess', 'sum(clinic.calls, 7d) / (average(sum(clinic.history, month), 5 months, every 12) + 1)'),
  ],
  board: {
    id: 'clinic',
    title: both('Clinic'),
    distance: 5,
    tiles: [
      { id: 'online', kind: 'number', title: both('o'), indicator: 'clinic.online', area: area(0) },
      { id: 'cases', kind: 'number', title: both('c'), indicator: 'clinic.cases', area: area(6) },
    ],
  },
  overview: ['clinic.calls'],
  dimensions: { kind: { vi: 'Loại cuộc gọi', en: 'Kind of call' } },
  labels: {},
};

function area(col: number): { col: number; row: number; width: number; height: number } {
  return { col, row: 0, width: 6, height: 4 };
}

/** Noon of the day so many days ago. */
export const noonBefore = (now: number, days: number): number => periodStart('d', now) - days * DAY_MS + DAY_MS / 2;
