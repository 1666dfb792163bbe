import { DAY_MS, HOUR_MS, isDayName } from '#libs/contracts';
import {
  type DataFault,
  happenedFault,
  type Latest,
  latest,
  projection,
  type Projection,
  readTime,
  type Share,
  type TypedEvent,
} from '#libs/sector-kit';
import { deadlineOf, diseaseOf, isAmong, termOf } from './diseases.js';
import type { BedsDto, DiseaseReportDto, VisitDto } from './health.dto.js';
import { unitOf } from './places.js';
import type { HealthSettings } from './settings.js';
import { TYPES } from './types.js';

/** A case: of each field what was reported last; its first report by the earliest time. */
export interface CaseState {
  unit?: Latest<string>;
  icd10?: Latest<string>;
  age?: Latest<string>;
  classification?: Latest<string>;
  /** Code of its outbreak. */
  cluster?: Latest<string>;
  /** Epoch ms. */
  diagnosed?: Latest<number>;
  /** 1 died, 0 lives. */
  died?: Latest<number>;
  /** When, epoch ms. */
  diedAt?: Latest<number>;
  /** When a death was first reported, epoch ms. */
  deathReported?: number;
  /** Epoch ms. */
  reported: number;
}

function foldCase(before: CaseState | null, event: TypedEvent<DiseaseReportDto>): CaseState {
  const { data, time } = event;
  const reported = readTime(data.reportedAt ?? undefined) ?? time;
  const state: CaseState = { ...before, reported: Math.min(before?.reported ?? reported, reported) };
  set(state, 'unit', latest(state.unit, time, event.unit));
  set(state, 'icd10', latest(state.icd10, time, data.icd10));
  set(state, 'age', latest(state.age, time, data.ageBand ?? undefined));
  set(state, 'classification', latest(state.classification, time, data.classification ?? undefined));
  set(state, 'cluster', latest(state.cluster, time, data.cluster ?? undefined));
  set(state, 'diagnosed', latest(state.diagnosed, time, readTime(data.diagnosedAt) ?? undefined));
  set(state, 'died', latest(state.died, time, typeof data.died === 'boolean' ? Number(data.died) : undefined));
  set(state, 'diedAt', latest(state.diedAt, time, readTime(data.diedAt ?? undefined) ?? undefined));
  if (data.died === true)
    state.deathReported = Math.min(state.deathReported ?? Infinity, readTime(data.reportedAt ?? undefined) ?? time);
  return state;
}

/** Sets what is known; a field that nobody reported stays away. */
function set<S extends object, K extends keyof S>(state: S, key: K, value: S[K] | undefined): void {
  if (value !== undefined) state[key] = value;
}

/**
 * A case counts once, on the day of its diagnosis; discarded ones not at all. Its first report is late after the term of
 * its disease, that of a death after 24 hours (TT 15/2026/TT-BYT). To its outbreak it counts for some time only, or an
 * outbreak would never be over.
 */
function caseShares(
  state: CaseState,
  now: number,
  settings: HealthSettings,
): { shares: Share[]; until: number | null } {
  if (state.classification?.[1] === 'discarded') return { shares: [], until: null };
  const icd10 = state.icd10?.[1] ?? '';
  const code = diseaseOf(icd10);
  const unit = state.unit?.[1] ?? '';
  const diagnosed = state.diagnosed?.[1] ?? state.reported;
  const share = (metric: string, at: number, ...more: string[]): Share => ({
    metric: `health.${metric}`,
    dims: [unit, code, ...more],
    value: 1,
    at,
  });
  const shares: Share[] = [
    share('cases', diagnosed),
    share('cases-by-age', diagnosed, state.age?.[1] ?? 'unknown'),
    share('reported', state.reported),
  ];
  if (isAmong(icd10, settings.groupA, diagnosed)) shares.push(share('group-a', state.reported));
  const cluster = isAmong(icd10, settings.nonEndemic, diagnosed) ? state.cluster?.[1] : undefined;
  const linkedTo = diagnosed + settings.linkedDays * DAY_MS;
  const isLinked = cluster !== undefined && now < linkedTo;
  if (isLinked) shares.push({ metric: 'health.linked', dims: [unit, code, cluster], value: 1 });
  const until = isLinked ? linkedTo : null;
  const term = termOf(icd10, diagnosed, settings);
  if (term && state.reported > deadlineOf(term, diagnosed)) shares.push(share('late-reports', state.reported));
  if (state.died?.[1] !== 1) return { shares, until };
  shares.push(share('deaths', diagnosed));
  const diedAt = state.diedAt?.[1];
  const told = state.deathReported ?? state.reported;
  if (term && diedAt !== undefined && told > diedAt + DEATH_TERM_MS) shares.push(share('late-deaths', told));
  return { shares, until };
}

const DEATH_TERM_MS = 24 * HOUR_MS;

export const diseaseCase = (settings: HealthSettings): Projection =>
  projection<CaseState, DiseaseReportDto>({
    name: 'case',
    types: [TYPES.disease],
    key: (event) => event.data.caseId,
    fold: foldCase,
    shares: (state, now) => caseShares(state, now, settings),
  });

/** A visit: its latest version. */
export interface VisitState {
  facility: string;
  unit?: Latest<string>;
  kind?: Latest<string>;
  /** Epoch ms. */
  entered?: Latest<number>;
  /** Đồng. */
  cost?: Latest<number>;
  insured?: Latest<number>;
}

/** `202611220815` as ISO 8601, which may be told as well. */
function isoOf(text: string): string {
  const compact = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  return compact ? `${compact[1]}-${compact[2]}-${compact[3]}T${compact[4]}:${compact[5]}:00` : text;
}

/** The fault of a visit with a time that there is not, such as of 31 February, or that begins on a day to come. */
export function visitFault(event: TypedEvent<VisitDto>): DataFault | null {
  const { data } = event;
  for (const field of ['NGAY_VAO', 'NGAY_RA'] as const) {
    const text = data[field];
    if (text === undefined) continue;
    const iso = isoOf(text);
    if (!isDayName(iso.slice(0, 10)) || readTime(iso) === null)
      return { field, demand: 'must be a time that there is' };
  }
  return happenedFault({ ...event, data: { NGAY_VAO: isoOf(data.NGAY_VAO) } }, 'NGAY_VAO');
}

function foldVisit(before: VisitState | null, event: TypedEvent<VisitDto>): VisitState {
  const { data, time } = event;
  const state: VisitState = { ...before, facility: data.MA_CSKCB };
  set(state, 'unit', latest(state.unit, time, event.unit));
  set(state, 'kind', latest(state.kind, time, kindOf(data.MA_LOAI_KCB)));
  set(state, 'entered', latest(state.entered, time, readTime(isoOf(data.NGAY_VAO)) ?? time));
  set(state, 'cost', latest(state.cost, time, data.T_TONGCHI_BV ?? undefined));
  set(state, 'insured', latest(state.insured, time, data.T_TONGCHI_BH ?? undefined));
  return state;
}

/** MA_LOAI_KCB → outpatient, inpatient or other. */
function kindOf(code: string | null | undefined): string | undefined {
  if (code === null || code === undefined) return undefined;
  const number = Number(code);
  return number === 1 || number === 2 ? 'outpatient' : number === 3 || number === 4 ? 'inpatient' : 'other';
}

function visitShares(state: VisitState): { shares: Share[]; until: null } {
  const at = state.entered?.[1];
  if (at === undefined) return { shares: [], until: null };
  const place = [state.unit?.[1] ?? unitOf({}, state.facility), state.facility];
  const shares: Share[] = [{ metric: 'health.visits', dims: [...place, state.kind?.[1] ?? 'other'], value: 1, at }];
  if (state.cost) shares.push({ metric: 'health.visit-cost', dims: place, value: state.cost[1], at });
  if (state.insured) shares.push({ metric: 'health.insured-cost', dims: place, value: state.insured[1], at });
  return { shares, until: null };
}

export const visit = projection<VisitState, VisitDto>({
  name: 'visit',
  types: [TYPES.visit],
  key: (event) => `${event.data.MA_CSKCB}/${event.data.MA_LK}`,
  fold: foldVisit,
  shares: visitShares,
});

/** Beds of a facility: the newest report as a whole. */
export interface BedsState {
  time: number;
  unit: string;
  facility: string;
  beds: number;
  occupied: number;
}

function foldBeds(before: BedsState | null, event: TypedEvent<BedsDto>): BedsState {
  const { facility, beds, occupied } = event.data;
  const next: BedsState = { time: event.time, unit: unitOf(event, facility), facility, beds, occupied };
  if (!before || next.time > before.time) return next;
  if (next.time < before.time) return before;
  // Two reports of one moment: the graver one, whichever came first.
  const grave = (state: BedsState): string =>
    [state.occupied, state.beds, state.unit].map((n) => String(n).padStart(8, '0')).join();
  return grave(next) > grave(before) ? next : before;
}

export const beds = projection<BedsState, BedsDto>({
  name: 'beds',
  types: [TYPES.beds],
  key: (event) => event.data.facility,
  fold: foldBeds,
  shares: ({ unit, facility, beds: all, occupied }) => ({
    shares: [
      { metric: 'health.beds', dims: [unit, facility], value: all },
      { metric: 'health.beds-occupied', dims: [unit, facility], value: occupied },
    ],
    until: null,
  }),
});
