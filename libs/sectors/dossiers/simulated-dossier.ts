import { DAY_MS, HOUR_MS, type HubEvent, MINUTE_MS, periodStart } from '#libs/contracts';
import {
  type DemoCommune,
  demoCommunes,
  localTime,
  momentOf,
  normal,
  pick,
  type Random,
  randomOf,
  weekdayOf,
} from '#libs/sector-kit';
import { DEPARTMENT_CODES } from './labels.js';
import { PROGRESS, SYNCHRONISED } from './projections.js';

/** A province whose published volumes are replayed: figures of 1/7–10/10/2026. */
export interface Stream {
  source: string;
  root: string;
  province: '92' | '56';
  received: number;
  onTime: number;
  /** Average days from receipt to end. */
  days: number;
  withFee: number;
  paidOnline: number;
}

/** After this many days a dossier is simulated no more; what is still open then stays open. */
export const LIFE_DAYS = 21;

interface Step {
  time: number;
  kind: 'dossier' | 'progress';
  status: number;
  /** When the step was really done; sent late, repeated or out of order when it is before `time`. */
  done: number;
  office: string;
}

/** One simulated dossier: what its messages say, and its messages in the order of their times. */
export interface SimulatedDossier {
  unit: string;
  /** Its fields; made when asked for, since a plan of many days needs only the times. */
  fields: () => Record<string, string> & { MaHoSo: string };
  received: number;
  ended: number;
  steps: Step[];
}

/** Weights of the hours of a day: desk peaks 8–10 and 14–15; online also 19–22. */
const DESK_HOURS = [0, 0, 0, 0, 0, 0, 0, 4, 11, 11, 8, 3, 0, 4, 9, 8, 4, 0, 0, 0, 0, 0, 0, 0];
const ONLINE_HOURS = [1, 0, 0, 0, 0, 0, 1, 3, 7, 7, 6, 4, 3, 4, 6, 6, 4, 3, 3, 6, 7, 6, 3, 2];
const NIGHT_START = HOUR_MS;
const NIGHT_LENGTH = 3 * HOUR_MS;

const FIELDS = [
  ['chung-thuc', 24],
  ['dat-dai', 19],
  ['ho-tich', 18],
  ['kinh-doanh', 11],
  ['cu-tru', 9],
  ['bao-tro', 7],
  ['xay-dung', 5],
  ['giao-thong', 3],
  ['y-te', 2],
  ['giao-duc', 2],
] as const;

/** Codes of communes, wards twice: they see twice the dossiers. */
const weighted = (communes: DemoCommune[]): string[] =>
  communes.flatMap(({ code, ward }) => (ward ? [code, code] : [code]));
const communes: Record<Stream['province'], string[]> = {
  '92': weighted(demoCommunes('92')),
  '56': weighted(demoCommunes('56')),
};
const one = (random: Random, codes: readonly string[]): string => codes[Math.floor(random() * codes.length)] ?? '';

/** The `index`-th dossier that is filed with `stream` on the Vietnamese day starting at `day`. */
export function simulatedDossier(stream: Stream, seed: number, day: number, index: number): SimulatedDossier {
  const random = randomOf(seed, stream.source, day, index);
  const online = random() < 0.72;
  const post = !online && random() < 0.05;
  const filed = momentOf(random, day, online ? ONLINE_HOURS : DESK_HOURS);
  const received = online ? toOffice(filed + (0.2 + 2 * random()) * HOUR_MS, random) : filed;
  const { unit, agency } = place(stream, random);
  const ended = endTime(stream, received, random);
  const due = dueTime(stream, received, ended, random);
  const steps = life(filed, received, ended, random);
  const fields = () => {
    const more = randomOf(seed, stream.source, day, index, 'fields');
    const [field] = pick(more, FIELDS, ([, weight]) => weight);
    const out: Record<string, string> & { MaHoSo: string } = {
      MaHoSo: `${agency}-${localTime(day).slice(2, 10).replaceAll('-', '')}-${String(index).padStart(5, '0')}`,
      MaTTHC: `${1 + Math.floor(2 * more())}.00${String(1000 + Math.floor(more() * 120)).padStart(4, '0')}`,
      LinhVuc: field,
      KenhThucHien: online ? '2' : post ? '3' : '1',
      MaDonViTiepNhan: agency,
      NgayNop: localTime(filed),
      NgayHenTra: localTime(due),
      LoaiDoiTuong: field === 'kinh-doanh' ? '1' : more() < 0.06 ? '2' : '0',
      HoSoCoThanhPhanSoHoa: '1',
      DuocSoHoa: more() < 0.7 ? '1' : '0',
    };
    if (more() < stream.withFee / stream.received) {
      out['DuocThanhToanTrucTuyen'] = more() < stream.paidOnline / stream.withFee ? '1' : '0';
    }
    return out;
  };
  return { unit, fields, received, ended, steps };
}

function place(stream: Stream, random: Random): { unit: string; agency: string } {
  if (random() < 0.18) return { unit: stream.province, agency: `${stream.root}.${one(random, DEPARTMENT_CODES)}` };
  const unit = one(random, communes[stream.province]);
  return { unit, agency: `${stream.root}.${unit}` };
}

/** Receipt to end: skewed, with the published mean; ends fall into office hours. */
function endTime(stream: Stream, received: number, random: Random): number {
  const sigma = 0.8;
  // Moving an end to the next office hour adds about 0.7 days to the mean; the cap takes about 0.1.
  const days = Math.exp(Math.log(stream.days - 0.6) - (sigma * sigma) / 2 + sigma * normal(random));
  return toOffice(received + Math.min(days, LIFE_DAYS - 4) * DAY_MS, random);
}

/** On time in the published share: due at the end of a day after the end, or before the end. */
function dueTime(stream: Stream, received: number, ended: number, random: Random): number {
  if (random() < stream.onTime / stream.received) {
    const day = periodStart('d', ended) + Math.floor(random() * 3) * DAY_MS;
    const due = day + 17 * HOUR_MS;
    return due >= ended ? due : due + DAY_MS;
  }
  const taken = ended - received;
  return received + Math.floor(taken * (0.4 + 0.55 * random()));
}

/** The messages of a dossier, about seven and one a night while it is open. */
function life(filed: number, received: number, ended: number, random: Random): Step[] {
  const steps: Step[] = [];
  const add = (time: number, kind: Step['kind'], status: number, office: string, done = time) =>
    steps.push({ time: Math.floor(time), kind, status, done: Math.floor(done), office });
  const open = ended - received;
  const at = (share: number) => received + open * share;
  if (filed < received) add(filed, 'dossier', 1, 'Cổng dịch vụ công');
  add(received, 'dossier', 2, 'Bộ phận Một cửa');
  const outcome = random();
  if (outcome < 0.02) {
    add(at(0.3), 'dossier', 3, 'Bộ phận Một cửa');
    return steps;
  }
  add(at(0.04), 'progress', 4, 'Bộ phận chuyên môn');
  if (random() < 0.08) {
    add(at(0.2), 'progress', 5, 'Bộ phận chuyên môn');
    add(at(0.5), 'progress', 4, 'Bộ phận chuyên môn');
  } else if (random() < 0.06) {
    add(at(0.2), 'progress', 6, 'Bộ phận chuyên môn');
    add(at(0.3), 'progress', 4, 'Bộ phận chuyên môn');
  }
  add(at(0.6), 'progress', 4, 'Lãnh đạo phòng');
  // Reported late: the step is done, its message comes only after a later one.
  const done = at(0.85);
  if (random() < 0.1) add(ended + 20 * MINUTE_MS, 'progress', 4, 'Lãnh đạo đơn vị', done);
  else add(done, 'progress', 4, 'Lãnh đạo đơn vị');
  nights(received, ended, random, add);
  if (outcome < 0.04) add(ended, 'dossier', 7, 'Bộ phận Một cửa');
  else if (outcome < 0.05) add(ended, 'dossier', 8, 'Bộ phận chuyên môn');
  else {
    add(ended, 'dossier', 9, 'Lãnh đạo đơn vị');
    // Repeated: the same step again under another id.
    if (random() < 0.06) add(ended + 45 * MINUTE_MS, 'progress', 9, 'Lãnh đạo đơn vị', ended);
    add(toOffice(ended + (0.5 + 20 * random()) * HOUR_MS, random), 'dossier', 10, 'Bộ phận Một cửa');
  }
  return steps.sort((a, b) => a.time - b.time);
}

/** Systems synchronise every open dossier again at night, between one and four. */
function nights(
  received: number,
  ended: number,
  random: Random,
  add: (time: number, kind: Step['kind'], status: number, office: string) => void,
): void {
  const offset = NIGHT_START + random() * NIGHT_LENGTH;
  for (let time = periodStart('d', received) + DAY_MS + offset; time < ended; time += DAY_MS) {
    add(time, 'dossier', 0, 'Đồng bộ đêm');
  }
}

/** The moment itself when it lies in office hours of a working day, else some moment early on the next. */
function toOffice(time: number, random: Random): number {
  let day = periodStart('d', time);
  const hour = (time - day) / HOUR_MS;
  const working = (start: number) => weekdayOf(start) !== 0 && weekdayOf(start) !== 6;
  if (working(day) && hour >= 7.5 && hour < 17) return Math.floor(time);
  if (!(working(day) && hour < 7.5)) day += DAY_MS;
  while (!working(day)) day += DAY_MS;
  return Math.floor(day + (7.5 + 3 * random() * random()) * HOUR_MS);
}

/** The event of the `step`-th message of a dossier. */
export function dossierEvent(stream: Stream, dossier: SimulatedDossier, step: number): HubEvent {
  const { time, kind, status, done, office } = dossier.steps[step] as Step;
  const fields = dossier.fields();
  const code = fields.MaHoSo;
  const envelope = { id: `${code}/${step + 1}`, source: stream.source, time, subject: code, unit: dossier.unit };
  if (kind === 'progress') {
    const data = {
      MaHoSo: code,
      ThoiDiemXuLy: localTime(done),
      PhongBanXuLy: office,
      TrangThai: String(status),
      NgayBatDau: localTime(done),
      NgayKetThucTheoQuyDinh: String(fields['NgayHenTra']),
    };
    return { ...envelope, type: PROGRESS, data };
  }
  const data: Record<string, string> = { ...fields, TrangThaiHoSo: String(status || statusBefore(dossier, step)) };
  if (time >= dossier.received) data['NgayTiepNhan'] = localTime(dossier.received);
  if ([3, 7, 8, 9, 10].includes(status)) data['NgayKetThucXuLy'] = localTime(status === 3 ? time : dossier.ended);
  return { ...envelope, type: SYNCHRONISED, data };
}

/** A nightly synchronisation repeats the status of the step before it. */
function statusBefore(dossier: SimulatedDossier, step: number): number {
  for (let i = step - 1; i >= 0; i--) {
    const status = dossier.steps[i]?.status ?? 0;
    if (status > 0) return status;
  }
  return 2;
}
