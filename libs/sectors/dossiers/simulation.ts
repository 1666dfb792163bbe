import { DAY_MS, type HubEvent, MINUTE_MS, periodStart } from '#libs/contracts';
import { localTime, pick, poisson, randomOf, type Scenario, type Simulation, weekdayOf } from '#libs/sector-kit';
import { PROGRESS, SYNCHRONISED } from './projections.js';
import { dossierEvent, LIFE_DAYS, simulatedDossier, type Stream } from './simulated-dossier.js';

/** Published figures to 10/10/2026, taken as those of 1/7–10/10/2026. */
export const STREAMS: readonly Stream[] = [
  {
    source: 'demo-mcdt-can-tho',
    root: 'H13',
    province: '92',
    received: 434_590,
    onTime: 362_898,
    days: 4.79,
    withFee: 250_060,
    paidOnline: 217_856,
  },
  {
    source: 'demo-mcdt-khanh-hoa',
    root: 'H32',
    province: '56',
    received: 325_476,
    onTime: 274_673,
    days: 5.87,
    withFee: 142_365,
    paidOnline: 125_695,
  },
];

/** First and last day (exclusive) of the published figures. */
export const PUBLISHED = { from: Date.parse('2026-07-01T00:00:00+07:00'), to: Date.parse('2026-10-11T00:00:00+07:00') };

/** Filed on a day, Sunday first: Monday is high, weekends bring only what is filed online. */
const WEEK = [0.25, 1.45, 1.2, 1.12, 1.1, 1.05, 0.35];
/** Public holidays of fixed date; the lunar ones (Tết, 10/3) are left out. */
const HOLIDAYS = new Set(['01-01', '04-30', '05-01', '09-01', '09-02']);

function weightOf(day: number): number {
  const isHoliday = (time: number) => HOLIDAYS.has(localTime(time).slice(5, 10));
  if (isHoliday(day)) return 0.25;
  return (WEEK[weekdayOf(day)] ?? 0) * (isHoliday(day - DAY_MS) ? 1.3 : 1);
}

let published = 0;
for (let day = PUBLISHED.from; day < PUBLISHED.to; day += DAY_MS) published += weightOf(day);

/** Dossiers expected to be filed on a day, such that the published window gives the published total. */
export function expectedOn(stream: Stream, day: number): number {
  return (stream.received / published) * weightOf(day);
}

/** The messages of all dossiers filed on one day, in the order of time: time, and index × 64 + step. */
interface DayPlan {
  times: Float64Array;
  refs: Int32Array;
}
const STEPS_MAX = 64;
const plans = new Map<string, DayPlan>();
/** Enough for both provinces over the life of a dossier. */
const PLANS_KEPT = 2 * (LIFE_DAYS + 4);

function planOf(stream: Stream, seed: number, day: number, pace: number): DayPlan {
  const key = `${stream.source}|${seed}|${day}|${pace}`;
  const known = plans.get(key);
  if (known) return known;
  const filed = poisson(randomOf(seed, stream.source, day), expectedOn(stream, day) * pace);
  const entries: [number, number][] = [];
  for (let index = 0; index < filed; index++) {
    const { steps } = simulatedDossier(stream, seed, day, index);
    steps.forEach((step, n) => entries.push([step.time, index * STEPS_MAX + n]));
  }
  entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const plan = {
    times: Float64Array.from(entries, ([time]) => time),
    refs: Int32Array.from(entries, ([, ref]) => ref),
  };
  if (plans.size >= PLANS_KEPT) plans.delete(plans.keys().next().value as string);
  plans.set(key, plan);
  return plan;
}

function firstAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every message of both provinces in [from, to), by source, then by day of filing, then by time. */
function* events(span: { from: number; to: number; seed: number; pace: number }): Generator<HubEvent> {
  for (const stream of STREAMS) {
    const last = periodStart('d', span.to - 1);
    for (let day = periodStart('d', span.from) - LIFE_DAYS * DAY_MS; day <= last; day += DAY_MS) {
      const plan = planOf(stream, span.seed, day, span.pace);
      for (let i = firstAt(plan.times, span.from); (plan.times[i] ?? Infinity) < span.to; i++) {
        const ref = plan.refs[i] as number;
        const dossier = simulatedDossier(stream, span.seed, day, Math.floor(ref / STEPS_MAX));
        yield dossierEvent(stream, dossier, ref % STEPS_MAX);
      }
    }
  }
}

/** Forty dossiers a minute whose due time has just passed, at a few wards of Cần Thơ. */
const overdueWave: Scenario = {
  name: 'overdue-wave',
  title: { vi: 'Làn sóng hồ sơ quá hạn', en: 'A wave of overdue dossiers' },
  seconds: 300,
  *events({ from, to, start, seed }) {
    const stream = STREAMS[0] as Stream;
    for (let minute = Math.ceil(from / MINUTE_MS) * MINUTE_MS; minute < to; minute += MINUTE_MS) {
      const random = randomOf(seed, 'overdue-wave', start, minute);
      for (let n = 0; n < 40; n++) {
        const unit = pick(random, ['31135', '31120', '31186', '31507']);
        const agency = `${stream.root}.${unit}`;
        const received = minute - (5 + 5 * random()) * DAY_MS;
        const serial = String((Math.floor(minute / MINUTE_MS) % 10_000) * 100 + n).padStart(7, '0');
        const code = `${agency}-${localTime(received).slice(2, 10).replaceAll('-', '')}-${serial}`;
        const data = {
          MaHoSo: code,
          LinhVuc: 'dat-dai',
          KenhThucHien: '2',
          MaDonViTiepNhan: agency,
          NgayTiepNhan: localTime(received),
          NgayHenTra: localTime(minute - MINUTE_MS),
          TrangThaiHoSo: '4',
        };
        yield {
          id: `wave/${start}/${code}`,
          source: stream.source,
          type: SYNCHRONISED,
          time: minute,
          subject: code,
          unit,
          data,
        };
      }
    }
  },
};

export const simulation: Simulation = {
  sources: STREAMS.map((stream) => ({
    id: stream.source,
    name: stream.province === '92' ? 'Một cửa điện tử Cần Thơ' : 'Một cửa điện tử Khánh Hòa',
    types: [SYNCHRONISED, PROGRESS],
    units: [stream.province],
    every: 1800,
  })),
  events,
  scenarios: [overdueWave],
};
