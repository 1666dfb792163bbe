import type { CalendarStep, Text } from '#libs/contracts';
import { ApiError } from '../api.js';
import { say } from '../language.js';
import { entrySentence } from './entry-faults.js';
import { dimensionName } from './indicator-words.js';

export type State = 'draft' | 'submitted' | 'approved' | 'published' | 'superseded';

/** An entered value as the API gives it. */
export interface Entry {
  id: string;
  metric: string;
  unit: string;
  dims: string[];
  period: string;
  version: number;
  value: number | null;
  document: string | null;
  state: State;
  author: string;
  approvedBy: string | null;
  publishedBy: string | null;
  createdAt: string;
}

export const STATES: Record<State, Text> = {
  draft: { vi: 'nháp', en: 'draft' },
  submitted: { vi: 'đã trình', en: 'submitted' },
  approved: { vi: 'đã duyệt', en: 'approved' },
  published: { vi: 'đã công bố', en: 'published' },
  superseded: { vi: 'đã thay thế', en: 'superseded' },
};

interface Action {
  /** `change` and `correct` open the form. */
  step: 'change' | 'correct' | 'submit' | 'approve' | 'return' | 'publish' | 'remove';
  name: Text;
  from: readonly State[];
  /** Asks for a reason with these words. */
  asks?: Text;
  confirm?: Text;
}

/** What can be done with an entry in a state. */
export const ACTIONS: readonly Action[] = [
  { step: 'change', name: { vi: 'Sửa nháp', en: 'Change' }, from: ['draft'] },
  { step: 'correct', name: { vi: 'Sửa số đã công bố', en: 'Correct' }, from: ['published'] },
  { step: 'submit', name: { vi: 'Trình', en: 'Submit' }, from: ['draft'] },
  { step: 'approve', name: { vi: 'Duyệt', en: 'Approve' }, from: ['submitted'] },
  {
    step: 'publish',
    name: { vi: 'Công bố', en: 'Publish' },
    from: ['approved'],
    confirm: {
      vi: 'Công bố số này? Số đã công bố không sửa được, chỉ thay bằng phiên bản sau.',
      en: 'Publish this figure? What is published cannot be changed, only superseded by a later version.',
    },
  },
  {
    step: 'return',
    name: { vi: 'Trả lại', en: 'Return' },
    from: ['submitted', 'approved'],
    asks: { vi: 'Cần sửa gì? (không ghi tên người)', en: 'What has to be mended? (no names of persons)' },
  },
  {
    step: 'remove',
    name: { vi: 'Xoá', en: 'Delete' },
    from: ['draft'],
    confirm: { vi: 'Xoá bản nháp này?', en: 'Delete this draft?' },
  },
];

const CODES: Record<string, Text> = {
  'own-entry': {
    vi: 'Người nhập hoặc người trình không tự duyệt số của mình. Hãy nhờ người khác duyệt.',
    en: 'Who wrote or sent in a figure does not approve it. Ask somebody else.',
  },
  'entry-state': {
    vi: 'Số này vừa được người khác xử lý. Hãy tải lại trang.',
    en: 'Somebody else has just changed this figure. Load the page again.',
  },
  'entry-superseded': {
    vi: 'Phiên bản sau của số này đã được công bố. Hãy nhập phiên bản mới.',
    en: 'A later version of this figure is published already. Enter a new one.',
  },
  'entry-open': {
    vi: 'Có dòng đang có phiên bản chưa công bố do người khác nhập. Hãy xem trước lại tệp.',
    en: 'A line has a version that is open already. Preview the sheet again.',
  },
  'sheet-unreadable': {
    vi: 'Không đọc được tệp. Dòng đầu phải có các cột metric, period, value; lưu dạng .xlsx hoặc CSV UTF-8.',
    en: 'The file cannot be read. Its first line must name the columns metric, period, value; save it as .xlsx or CSV UTF-8.',
  },
  'sheet-too-large': { vi: 'Tệp quá lớn (tối đa 1 MB).', en: 'The file is too large (at most 1 MB).' },
};

/** A dimension in words, `names` those of its sector; one that nobody names goes by its code. */
export function dimensionTitle(name: string, names?: Readonly<Record<string, Text>>): Text {
  const known = dimensionName(name, names);
  return known.vi === name ? { vi: `Phân loại (${name})`, en: `Of what (${name})` } : known;
}

/** A period by its first day (`2026-10-01`), as people say it: `tháng 10/2026`, `quý 4/2026`, `01/10/2026`. */
export function periodText(day: string, step: CalendarStep | null): string {
  const [year = '', month = '', date = ''] = day.split('-');
  const whole = `${date}/${month}/${year}`;
  if (step === 'year') return say({ vi: `năm ${year}`, en: year });
  if (step === 'quarter') {
    const quarter = Math.ceil(Number(month) / 3);
    return say({ vi: `quý ${quarter}/${year}`, en: `quarter ${quarter}, ${year}` });
  }
  if (step === 'month') return say({ vi: `tháng ${Number(month)}/${year}`, en: `month ${Number(month)}/${year}` });
  if (step === 'week') return say({ vi: `tuần từ ${whole}`, en: `week of ${whole}` });
  return date === '' ? day : whole;
}

/** What went wrong, in the reader's language. */
export function faultOf(error: unknown): string {
  if (!(error instanceof ApiError)) return (error as Error).message;
  const known = CODES[String(error.problem.code)];
  if (known) return say(known);
  const fields = error.problem.errors ?? [];
  if (fields.length === 0) return error.message;
  const line = (path: string): string => {
    const [, number] = /^\/(\d+)\//.exec(path) ?? [];
    return number === undefined ? '' : say({ vi: `Dòng ${number}: `, en: `Line ${number}: ` });
  };
  return [...new Set(fields.map((one) => `${line(one.path)}${entrySentence(one)}`))].join(' ');
}
