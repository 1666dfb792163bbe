import { calendarShift, calendarStart, DAY_MS, HOUR_MS, type HubEvent, MINUTE_MS, VN_OFFSET_MS } from '#libs/contracts';
import {
  beats,
  daysOf,
  demoCommunes,
  enteredType,
  localTime,
  momentOf,
  normal,
  pick,
  poisson,
  type Random,
  randomOf,
  type Scenario,
  type Simulation,
  weekdayOf,
} from '#libs/sector-kit';
import { AGE_BANDS, CALL_KINDS } from './health.dto.js';
import { facilities } from './places.js';
import { TYPES } from './types.js';

const DISEASE = 'demo-y-te-can-tho';
const HOSPITALS = 'demo-benh-vien-can-tho';
const CALLS = 'demo-115-can-tho';
const REGISTER = 'demo-y-te-cac-nam-truoc';

type Span = { from: number; to: number; seed: number; pace: number };
const communes = demoCommunes('92');

/**
 * Cases a day in Cần Thơ, 2025: dengue 4,042 to the end of November of which 894 in November; hand-foot-mouth 5,348 and
 * 1,657. The months before are spread after a usual year: the rains raise both. The rest is small and assumed.
 */
const BEFORE_NOVEMBER = [5, 4, 4, 4, 6, 10, 14, 17, 18, 18];
function aDay(total: number, november: number, month: number): number {
  if (month === 10) return november / 30;
  const weights = BEFORE_NOVEMBER.reduce((sum, weight) => sum + weight, 0);
  const weight = month === 11 ? 14 : (BEFORE_NOVEMBER[month] ?? 0);
  return ((total - november) * weight) / weights / 30.4;
}
const OTHERS: readonly (readonly [string, number])[] = [
  ['J10', 9],
  ['A09', 7],
  ['B01', 3],
  ['B05', 0.8],
  ['A37', 0.3],
];

/** Cases expected on a day, by ICD-10 code. */
export function expectedCases(day: number): [string, number][] {
  const month = new Date(day + VN_OFFSET_MS).getUTCMonth();
  return [
    ['A97.0', aDay(4042, 894, month)],
    ['B08.4', aDay(5348, 1657, month)],
    ...OTHERS.map(([code, mean]): [string, number] => [code, mean]),
  ];
}

const CLINIC_HOURS = [0, 0, 0, 0, 0, 1, 3, 10, 12, 11, 9, 5, 2, 6, 8, 7, 5, 3, 2, 2, 1, 1, 0, 0];
const ALL_HOURS = [2, 2, 1, 1, 1, 2, 4, 5, 5, 5, 5, 5, 4, 4, 5, 5, 6, 7, 7, 6, 5, 4, 3, 3];

/** A case is reported from a few hours to four days after its diagnosis, and a third of them again with the result. */
function* diseaseOn(
  day: number,
  code: string,
  mean: number,
  { from, to, seed }: Span,
  source: string,
): Generator<HubEvent> {
  const count = poisson(randomOf(seed, source, code, day), mean);
  for (let n = 0; n < count; n++) {
    const random = randomOf(seed, source, code, day, n);
    const diagnosed = momentOf(random, day, CLINIC_HOURS);
    const caseId = `${localTime(day).slice(0, 10)}/${code}/${n}`;
    const reported = Math.floor(diagnosed + Math.min(96, 2 + 14 * Math.exp(0.9 * normal(random))) * HOUR_MS);
    const commune = pick(random, communes, ({ ward }) => (ward ? 2 : 1));
    const ageBand = ageOf(code, random);
    const onsetAt = localTime(diagnosed - (1 + 3 * random()) * DAY_MS);
    const again = random() < 0.33 ? Math.floor(reported + (12 + 36 * random()) * HOUR_MS) : null;
    const discarded = random() < 0.1;
    const report = (time: number, step: number, classification: string): HubEvent => ({
      id: `${caseId}/${step}`,
      source,
      type: TYPES.disease,
      time,
      subject: caseId,
      unit: commune.code,
      data: {
        caseId,
        icd10: code,
        onsetAt,
        diagnosedAt: localTime(diagnosed),
        reportedAt: localTime(time),
        ageBand,
        classification,
        died: false,
        facility: pick(randomOf(caseId), facilities).code,
      },
    });
    if (reported >= from && reported < to) yield report(reported, 1, 'suspected');
    if (again !== null && again >= from && again < to) yield report(again, 2, discarded ? 'discarded' : 'confirmed');
  }
}

function ageOf(code: string, random: Random): string {
  const weights: Record<string, number> =
    code === 'B08.4'
      ? { '0-4': 85, '5-14': 14, '15-24': 1 }
      : { '0-4': 10, '5-14': 32, '15-24': 22, '25-49': 24, '50-64': 8, '65+': 4 };
  return pick(random, AGE_BANDS, (band) => weights[band] ?? 0);
}

function* disease(span: Span): Generator<HubEvent> {
  // A last report may come six days after the diagnosis.
  for (const day of daysOf(span.from - 7 * DAY_MS, span.to)) {
    for (const [code, mean] of expectedCases(day)) yield* diseaseOn(day, code, mean * span.pace, span, DISEASE);
  }
}

/** The demo's facilities see a fifth of the province's 20,600 visits a day (an assumed figure). */
export const VISITS_A_DAY = 20_600 / 5;
const WEEK = [0.45, 1.3, 1.15, 1.1, 1.1, 1.1, 0.8];
const DIAGNOSES = ['I10', 'E11.9', 'J06.9', 'K29.7', 'M54.5', 'J20.9', 'A97.0', 'B08.4', 'N39.0', 'O80'] as const;

/** Visits are recorded when they begin; some come again, corrected, hours later. Days are cut into hours, so calls are cheap. */
function* visits({ from, to, seed, pace }: Span): Generator<HubEvent> {
  const shape = CLINIC_HOURS.reduce((sum, weight) => sum + weight, 0);
  for (const minute of beats(from - 5 * HOUR_MS - MINUTE_MS, to, MINUTE_MS)) {
    const hour = Math.floor(((minute + VN_OFFSET_MS) % DAY_MS) / HOUR_MS);
    const mean = (VISITS_A_DAY * (WEEK[weekdayOf(minute)] ?? 1) * ((CLINIC_HOURS[hour] ?? 0) / shape)) / 60;
    const count = poisson(randomOf(seed, 'visits', minute), mean * pace);
    for (let n = 0; n < count; n++) {
      const random = randomOf(seed, 'visits', minute, n);
      const time = Math.floor(minute + random() * MINUTE_MS);
      const facility = pick(random, facilities, ({ beds }) => beds);
      const cost = Math.round(Math.exp(12.6 + 0.9 * normal(random)) / 100) * 100;
      const key = `${localTime(minute).slice(0, 16).replace(/\D/g, '')}${n}`;
      const data = {
        MA_LK: key,
        MA_CSKCB: facility.code,
        MA_LOAI_KCB: random() < 0.88 ? '01' : '03',
        GIOI_TINH: random() < 0.54 ? 2 : 1,
        MA_DOITUONG_KCB: '1.1',
        MA_BENH_CHINH: pick(random, DIAGNOSES),
        NGAY_VAO: localTime(time).slice(0, 16).replace(/\D/g, ''),
        T_TONGCHI_BV: cost,
        T_TONGCHI_BH: Math.round(cost * 0.8),
      };
      const again = random() < 0.04 ? Math.floor(time + (1 + 4 * random()) * HOUR_MS) : null;
      const record = (at: number, step: number, total: number): HubEvent => ({
        id: `${facility.code}/${key}/${step}`,
        source: HOSPITALS,
        type: TYPES.visit,
        time: at,
        unit: facility.unit,
        data: { ...data, T_TONGCHI_BV: total },
      });
      if (time >= from && time < to) yield record(time, 1, cost);
      if (again !== null && again >= from && again < to) yield record(again, 2, cost + 50_000);
    }
  }
}

/** Every ten minutes each facility tells its beds: fullest at noon, emptier on Sundays. */
function* bedReports({ from, to, seed }: Span): Generator<HubEvent> {
  for (const [n, facility] of facilities.entries()) {
    for (const time of beats(from, to, 10 * MINUTE_MS, n * 45_000)) {
      const hour = ((time + VN_OFFSET_MS) % DAY_MS) / HOUR_MS;
      const week = weekdayOf(time) === 0 ? -0.06 : 0;
      const share = 0.76 + 0.025 * n + week + 0.04 * Math.cos((2 * Math.PI * (hour - 12)) / 24);
      const occupied = Math.round(facility.beds * share + 2 * normal(randomOf(seed, facility.code, time)));
      yield {
        id: `${facility.code}/${Math.floor(time / 1000)}`,
        source: HOSPITALS,
        type: TYPES.beds,
        time,
        subject: facility.code,
        unit: facility.unit,
        data: { facility: facility.code, beds: facility.beds, occupied: Math.max(0, occupied) },
      };
    }
  }
}

/** About 150 calls a day (assumed), most in the evening. */
function* calls({ from, to, seed, pace }: Span): Generator<HubEvent> {
  const weights = { traffic: 30, injury: 12, illness: 38, birth: 6, transfer: 10, other: 4 };
  for (const day of daysOf(from, to)) {
    const count = poisson(randomOf(seed, 'calls', day), 150 * pace);
    for (let n = 0; n < count; n++) {
      const random = randomOf(seed, 'calls', day, n);
      const time = momentOf(random, day, ALL_HOURS);
      if (time < from || time >= to) continue;
      yield {
        id: `${localTime(day).slice(0, 10)}/${n}`,
        source: CALLS,
        type: TYPES.call,
        time,
        unit: pick(random, communes, ({ ward }) => (ward ? 3 : 1)).code,
        data: {
          kind: pick(random, CALL_KINDS, (kind) => weights[kind]),
          arrivedAfter: Number((6 + 8 * random() + 4 * random() * random()).toFixed(1)),
        },
      };
    }
  }
}

/** Each morning the register of the health department tells this month's cases of the five years before, by commune. */
function* register({ from, to, seed }: Span): Generator<HubEvent> {
  const weight = communes.reduce((sum, { ward }) => sum + (ward ? 2 : 1), 0);
  for (const time of beats(from, to, DAY_MS, 40 * MINUTE_MS)) {
    const today = calendarStart('month', time);
    for (const [icd10, aDayHere] of expectedCases(time).slice(0, 2)) {
      for (let back = 1; back <= 5; back++) {
        const month = localTime(calendarShift('month', today, -12 * back)).slice(0, 10);
        // Epidemics come and go: a year has from half to one and a half of the usual.
        const year = 0.5 + randomOf(seed, REGISTER, icd10, month)();
        for (const { code, ward } of communes) {
          const mean = (30 * aDayHere * year * (ward ? 2 : 1)) / weight;
          const disease = icd10 === 'A97.0' ? 'A97' : icd10;
          yield {
            id: `${localTime(time).slice(0, 10)}/${disease}/${month}/${code}`,
            source: REGISTER,
            type: enteredType('health'),
            time,
            unit: code,
            data: {
              metric: 'history',
              dims: [disease],
              period: month,
              value: poisson(randomOf(seed, REGISTER, disease, month, code), mean),
              version: 1,
            },
          };
        }
      }
    }
  }
}

function* events(span: Span): Generator<HubEvent> {
  yield* register(span);
  yield* disease(span);
  yield* visits(span);
  yield* bedReports(span);
  yield* calls(span);
}

/** Twenty dengue cases a minute in three neighbouring wards, diagnosed hours ago, reported now. */
const outbreak: Scenario = {
  name: 'dengue-outbreak',
  title: { vi: 'Bùng phát sốt xuất huyết', en: 'Dengue outbreak' },
  seconds: 600,
  *events({ from, to, start, seed }) {
    for (const minute of beats(from, to, MINUTE_MS)) {
      const random = randomOf(seed, 'outbreak', start, minute);
      for (let n = 0; n < 20; n++) {
        const caseId = `outbreak/${start}/${minute}/${n}`;
        const data = {
          caseId,
          icd10: 'A97.0',
          diagnosedAt: localTime(minute - (1 + 5 * random()) * HOUR_MS),
          reportedAt: localTime(minute),
          ageBand: ageOf('A97.0', random),
          classification: 'suspected',
        };
        const unit = pick(random, ['31135', '31120', '31147']);
        yield { id: caseId, source: DISEASE, type: TYPES.disease, time: minute, subject: caseId, unit, data };
      }
    }
  },
};

export const simulation: Simulation = {
  sources: [
    {
      id: DISEASE,
      name: 'Giám sát bệnh truyền nhiễm',
      types: [TYPES.disease],
      units: ['92'],
      every: 14_400,
    },
    {
      id: HOSPITALS,
      name: 'Bệnh viện Cần Thơ',
      types: [TYPES.visit, TYPES.beds],
      units: ['92'],
      every: 600,
    },
    {
      id: REGISTER,
      name: 'Sổ bệnh truyền nhiễm các năm trước',
      types: [enteredType('health')],
      units: ['92'],
      every: 86_400,
    },
    { id: CALLS, name: 'Cấp cứu 115', types: [TYPES.call], units: ['92'], every: 7200 },
  ],
  events,
  scenarios: [outbreak],
};
