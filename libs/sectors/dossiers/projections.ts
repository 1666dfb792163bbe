import {
  latest,
  projection,
  type Projection,
  readDeadline,
  readTime,
  type Share,
  type TypedEvent,
  type WorkingClock,
} from '#libs/sector-kit';
import { agencyCode, agencyOfCode, provinceOf } from './agency.js';
import type { DossierDto, ProgressDto } from './dossiers.dto.js';
import { caseOf, receivedOf, report, type DossierState, type Rules, statusOf } from './dossier-state.js';
import { withFacts } from './months.js';
import { judgeInItsMonth } from './month-verdict.js';
import { judge } from './on-time.js';
import { withStep } from './waits.js';

/** `DongBoHoSoMC` */
export const SYNCHRONISED = 'vn.ioc.dossiers.dossier.synchronised.v1';
/** `CapNhatTienDoHoSoMC` */
export const PROGRESS = 'vn.ioc.dossiers.progress.updated.v1';

/** Working hours ahead that are told apart: due within 8, within 24, within 40. */
export const HORIZONS = [8, 24, 40] as const;

type Message = DossierDto | ProgressDto;

function fold(before: DossierState | null, event: TypedEvent<Message>): DossierState {
  const { data, time } = event;
  const state: DossierState = before ? { ...before, statuses: { ...before.statuses } } : blank(data.MaHoSo);
  assign(state, 'unit', latest(state.unit, time, event.unit));
  let status: string;
  let done = time;
  let due: number | undefined;
  let ended: number | undefined;
  if ('TrangThaiHoSo' in data) {
    assign(state, 'agency', latest(state.agency, time, text(data.MaDonViTiepNhan)));
    assign(state, 'field', latest(state.field, time, text(data.LinhVuc)));
    assign(state, 'channel', latest(state.channel, time, text(data.KenhThucHien)));
    assign(state, 'paid', latest(state.paid, time, text(data.DuocThanhToanTrucTuyen)));
    assign(state, 'received', latest(state.received, time, moment(data.NgayTiepNhan)));
    due = readDeadline(data.NgayHenTra ?? undefined) ?? undefined;
    assign(state, 'due', latest(state.due, time, due));
    ended = moment(data.NgayKetThucXuLy);
    assign(state, 'ended', latest(state.ended, time, ended));
    const digitised = text(data.HoSoCoThanhPhanSoHoa) === '1' ? (text(data.DuocSoHoa) ?? '0') : undefined;
    assign(state, 'digitised', latest(state.digitised, time, digitised));
    status = String(data.TrangThaiHoSo);
    // Systems tell an open dossier again every night: of those only the waits are worth keeping.
    if (WAITS.has(status)) state.steps = withStep(state.steps, time, status);
  } else {
    status = String(data.TrangThai);
    done = moment(data.ThoiDiemXuLy) ?? time;
    state.steps = withStep(state.steps, done, status);
  }
  assign(state, 'months', withFacts(before, { done, status, told: time, due, ended }));
  report(state, status, done);
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

const IN_PROCESS = new Set([2, 4]);
const PAUSED = new Set([5, 6, 8]);
/** Statuses that may be a wait for the citizen, whichever of them the settings take. */
const WAITS = new Set(['5', '6', '8']);
/** Shares of a dossier: how it was received and whether it is late; how it ended; where it stands now. */
function sharesOf(state: DossierState, now: number, rules: Rules): { shares: Share[]; until: number | null } {
  const agency = state.agency ? agencyCode(state.agency[1]) : agencyOfCode(state.code);
  const unit = state.unit?.[1] ?? provinceOf(agency) ?? '';
  const place = [unit, agency];
  const status = statusOf(state);
  const facts = caseOf(state, rules);
  const { due, end } = facts;
  const { deadline } = judge(facts, now, rules);
  const shares: Share[] = [];
  const received = receivedOf(state);
  const month = received === null ? null : judgeInItsMonth(state, received, now, rules);
  if (received !== null) shares.push(...receivedShares(state, received, place));
  if (month !== null && month.lateAt !== null)
    shares.push({ metric: 'dossiers.late', dims: place, value: 1, at: month.lateAt });
  if (end !== null) {
    shares.push({ metric: 'dossiers.finished', dims: place, value: 1, at: end });
    if (due === null || end <= due) shares.push({ metric: 'dossiers.on-time', dims: place, value: 1, at: end });
  }
  if (PAUSED.has(status)) shares.push({ metric: 'dossiers.paused', dims: place, value: 1 });
  const lateAt = month?.until ?? null;
  if (!IN_PROCESS.has(status)) return { shares, until: lateAt };
  shares.push({ metric: 'dossiers.in-process', dims: place, value: 1 });
  if (deadline === null) return { shares, until: lateAt };
  const stage = stageOf(deadline, now, rules.clock);
  if (stage.late) shares.push({ metric: 'dossiers.overdue', dims: place, value: 1 });
  else if (stage.within !== null)
    shares.push({ metric: 'dossiers.due', dims: [...place, String(stage.within)], value: 1 });
  return { shares, until: earlier(lateAt, stage.until) };
}

/** How near the deadline is, and when that changes. */
function stageOf(
  deadline: number,
  now: number,
  clock: WorkingClock,
): { late: boolean; within: number | null; until: number | null } {
  if (now > deadline) return { late: true, within: null, until: null };
  let until = deadline + 1;
  for (const hours of HORIZONS) {
    const from = clock.back(deadline, hours);
    if (now >= from) return { late: false, within: hours, until };
    until = from;
  }
  return { late: false, within: null, until };
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

function receivedShares(state: DossierState, at: number, [unit = '', agency = '']: string[]): Share[] {
  const channel = state.channel?.[1] ?? 'unknown';
  const paid = state.paid?.[1];
  const fee = paid === undefined ? 'none' : paid === '1' ? 'online' : 'desk';
  const dims = [unit, agency, channel, fee];
  const digitised = state.digitised?.[1];
  return [
    { metric: 'dossiers.received', dims, value: 1, at },
    { metric: 'dossiers.received-by-field', dims: [unit, state.field?.[1] ?? 'unknown'], value: 1, at },
    ...(digitised === undefined
      ? []
      : [{ metric: 'dossiers.papers', dims: [unit, agency, digitised === '1' ? 'yes' : 'no'], value: 1, at }]),
  ];
}

/** One dossier, by its code. */
export const dossierProjection = (rules: Rules): Projection =>
  projection<DossierState, Message>({
    name: 'dossier',
    types: [SYNCHRONISED, PROGRESS],
    key: (event) => event.data.MaHoSo,
    fold,
    shares: (state, now) => sharesOf(state, now, rules),
  });
