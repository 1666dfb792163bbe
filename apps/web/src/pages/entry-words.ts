import type { Text } from '#libs/contracts';
import { ApiError } from '../api.js';
import { say } from '../language.js';

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
  step: 'submit' | 'approve' | 'return' | 'publish' | 'remove';
  name: Text;
  from: readonly State[];
  /** Asks for a reason with these words. */
  asks?: Text;
  confirm?: Text;
}

/** What can be done with an entry in a state. */
export const ACTIONS: readonly Action[] = [
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
  'sheet-unreadable': {
    vi: 'Không đọc được tệp. Dòng đầu phải có các cột metric, period, value; lưu dạng .xlsx hoặc CSV UTF-8.',
    en: 'The file cannot be read. Its first line must name the columns metric, period, value; save it as .xlsx or CSV UTF-8.',
  },
  'sheet-too-large': { vi: 'Tệp quá lớn (tối đa 1 MB).', en: 'The file is too large (at most 1 MB).' },
};

const FIELDS: Record<string, Text> = {
  metric: { vi: 'Không có chỉ tiêu nhập tay với mã này.', en: 'No metric with this code is entered by hand.' },
  unit: { vi: 'Mã đơn vị hành chính không đúng.', en: 'The code of the unit is not right.' },
  dims: { vi: 'Thiếu hoặc thừa phần phân loại.', en: 'Too few or too many dimensions.' },
  period: {
    vi: 'Kỳ không đúng: cần một ngày có thật, và kỳ đã bắt đầu.',
    en: 'The period is not right: a day that exists, of a period that has begun.',
  },
  value: {
    vi: 'Giá trị không phải là số đọc được một cách duy nhất.',
    en: 'The value is no number that reads one way.',
  },
  document: {
    vi: 'Số văn bản chỉ gồm chữ, số và các dấu . / -',
    en: 'A document number has letters, digits and . / - only.',
  },
};

/** What is wrong with a field, for the reader. */
export const fieldFault = (path: string): string => {
  const text = FIELDS[path.split('/').at(-1) ?? ''];
  return text ? say(text) : path;
};

/** What went wrong, in the reader's language. */
export function faultOf(error: unknown): string {
  if (!(error instanceof ApiError)) return (error as Error).message;
  const known = CODES[String(error.problem.code)];
  if (known) return say(known);
  const fields = error.problem.errors ?? [];
  return fields.length > 0 ? [...new Set(fields.map(({ path }) => fieldFault(path)))].join(' ') : error.message;
}
