import { HOUR_MS } from '#libs/contracts';
import { type Latest, latest, projection, readTime, type Share, type TypedEvent } from '#libs/sector-kit';
import { agencyOfCode, provinceOf } from './agency.js';
import type { DossierDto, ProgressDto } from './dossiers.dto.js';

/** `DongBoHoSoMC` */
export const SYNCHRONISED = 'vn.ioc.dossiers.dossier.synchronised.v1';
/** `CapNhatTienDoHoSoMC` */
export const PROGRESS = 'vn.ioc.dossiers.progress.updated.v1';

/**
 * A dossier counts as due soon this long before its due time. An assumption: eight working hours, which are about a
 * calendar day.
 */
export const DUE_SOON_MS = 24 * HOUR_MS;

/**
 * What is known of a dossier. Of each field the latest report by event time; of each status the earliest and the latest
 * time at which it was reported. Both are joins of a semilattice, so order and repetition do not matter.
 */
export interface DossierState {
  code: string;
  unit?: Latest<string>;
  agency?: Latest<string>;
  field?: Latest<string>;
  channel?: Latest<string>;
  /** '1' paid online, '0' paid otherwise. */
  paid?: Latest<string>;
  /** Epoch ms. */
  received?: Latest<number>;
  due?: Latest<number>;
  ended?: Latest<number>;
  /** Status code → [earliest, latest], epoch ms. */
  statuses: Record<string, [number, number]>;
}

type Message = DossierDto | ProgressDto;

function fold(before: DossierState | null, event: TypedEvent<Message>): DossierState {
  const { data, time } = event;
  const state: DossierState = before ? { ...before, statuses: { ...before.statuses } } : blank(data.MaHoSo);
  assign(state, 'unit', latest(state.unit, time, event.unit));
  if ('TrangThaiHoSo' in data) {
    assign(state, 'agency', latest(state.agency, time, text(data.MaDonViTiepNhan)));
    assign(state, 'field', latest(state.field, time, text(data.LinhVuc)));
    assign(state, 'channel', latest(state.channel, time, text(data.KenhThucHien)));
    assign(state, 'paid', latest(state.paid, time, text(data.DuocThanhToanTrucTuyen)));
    assign(state, 'received', latest(state.received, time, moment(data.NgayTiepNhan)));
    assign(state, 'due', latest(state.due, time, moment(data.NgayHenTra)));
    assign(state, 'ended', latest(state.ended, time, moment(data.NgayKetThucXuLy)));
    mark(state, String(data.TrangThaiHoSo), time);
  } else {
    mark(state, String(data.TrangThai), moment(data.ThoiDiemXuLy) ?? time);
  }
  return state;
}

function blank(code: string): DossierState {
  return { code, statuses: {} };
}

function assign<K extends keyof DossierState>(state: DossierState, key: K, value: DossierState[K] | undefined): void {
  if (value !== undefined) state[key] = value;
}

/** Senders write "nothing" as null as well as by leaving it out. */
function text(value: string | number | null | undefined): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value);
}

function moment(value: string | null | undefined): number | undefined {
  return readTime(value ?? undefined) ?? undefined;
}

function mark(state: DossierState, status: string, time: number): void {
  const known = state.statuses[status];
  state.statuses[status] = known ? [Math.min(known[0], time), Math.max(known[1], time)] : [time, time];
}

/** The status reported last; of two of the same time the further one. So a reopened dossier is open again. */
export function statusOf(state: DossierState): number {
  let current = 0;
  let since = -Infinity;
  for (const [code, [, last]] of Object.entries(state.statuses)) {
    if (last > since || (last === since && Number(code) > current)) {
      current = Number(code);
      since = last;
    }
  }
  return current;
}

const RECEIVED = new Set([2, 4, 5, 6, 7, 8, 9, 10]);
const IN_PROCESS = new Set([2, 4]);
const PAUSED = new Set([5, 6, 8]);
/** Order in which an end is taken (formula 2.1, clause 1, of QĐ 766/QĐ-TTg). */
const ENDS = [9, 10, 3, 8, 7];

/** When the dossier ended by formula 2.1, clause 1; null while it is open. */
export function endOf(state: DossierState): number | null {
  if (!ENDS.includes(statusOf(state))) return null;
  for (const code of ENDS) {
    const seen = state.statuses[String(code)];
    if (!seen) continue;
    // The system's own record of the end is exact where it is given; a status may be reported only the night after.
    return state.ended?.[1] ?? seen[0];
  }
  return null;
}

/** When it was received: the date in the dossier, else the earliest status that implies it; null before that. */
export function receivedOf(state: DossierState): number | null {
  const times = Object.entries(state.statuses)
    .filter(([code]) => RECEIVED.has(Number(code)))
    .map(([, [first]]) => first);
  if (times.length === 0) return null;
  return state.received?.[1] ?? Math.min(...times);
}

/**
 * Shares of a dossier. On time is formula 2.1 of QĐ 766/QĐ-TTg as far as clause 1 (end ≤ NgayHenTra); time spent waiting
 * for supplements (clause 2), open requests (3) and repeated requests (4) are not yet taken off.
 */
function shares(state: DossierState, now: number): { shares: Share[]; until: number | null } {
  const agency = state.agency?.[1] ?? agencyOfCode(state.code);
  const unit = state.unit?.[1] ?? provinceOf(agency) ?? '';
  const place = [unit, agency];
  const out: Share[] = [];
  const received = receivedOf(state);
  if (received !== null) out.push(...receivedShares(state, received, unit, agency));
  const end = endOf(state);
  const due = state.due?.[1] ?? null;
  if (end !== null) {
    out.push({ metric: 'dossiers.finished', dims: place, value: 1, at: end });
    if (due === null || end <= due) out.push({ metric: 'dossiers.on-time', dims: place, value: 1, at: end });
  }
  const status = statusOf(state);
  if (PAUSED.has(status)) out.push({ metric: 'dossiers.paused', dims: place, value: 1 });
  if (!IN_PROCESS.has(status)) return { shares: out, until: null };
  out.push({ metric: 'dossiers.in-process', dims: place, value: 1 });
  if (due === null) return { shares: out, until: null };
  if (now > due) {
    out.push({ metric: 'dossiers.overdue', dims: place, value: 1 });
    return { shares: out, until: null };
  }
  if (now < due - DUE_SOON_MS) return { shares: out, until: due - DUE_SOON_MS };
  out.push({ metric: 'dossiers.due-soon', dims: place, value: 1 });
  return { shares: out, until: due + 1 };
}

function receivedShares(state: DossierState, at: number, unit: string, agency: string): Share[] {
  const channel = state.channel?.[1] ?? 'unknown';
  const out: Share[] = [
    { metric: 'dossiers.received', dims: [unit, agency, channel], value: 1, at },
    { metric: 'dossiers.received-by-field', dims: [unit, state.field?.[1] ?? 'unknown'], value: 1, at },
  ];
  const paid = state.paid?.[1];
  if (paid !== undefined) out.push({ metric: 'dossiers.with-fee', dims: [unit], value: 1, at });
  if (paid === '1') out.push({ metric: 'dossiers.paid-online', dims: [unit], value: 1, at });
  return out;
}

/** One dossier, by its code. */
export const dossier = projection<DossierState, Message>({
  name: 'dossier',
  types: [SYNCHRONISED, PROGRESS],
  key: (event) => event.data.MaHoSo,
  fold,
  shares,
});
