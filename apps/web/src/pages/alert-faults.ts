import type { AlertLine, Text } from '#libs/contracts';
import { stateOf, whoOf } from '../alert-words.js';
import { ApiError } from '../api.js';
import { language, say } from '../language.js';

const CODES: Record<string, Text> = {
  'silence-over': { vi: 'Lần tắt báo này đã kết thúc.', en: 'This silence is over already.' },
  'too-many': { vi: 'Đã có quá nhiều lần tắt báo; hãy kết thúc bớt.', en: 'There are too many silences; end some.' },
};

const FIELDS: Record<string, Text> = {
  to: {
    vi: 'Thời điểm kết thúc không đúng: phải sau lúc bắt đầu, ở tương lai, và không quá số ngày cho phép.',
    en: 'The end is not right: after the beginning, in the future, and within the days allowed.',
  },
  from: { vi: 'Thời điểm bắt đầu không đúng.', en: 'The beginning is not right.' },
  reason: { vi: 'Hãy ghi lý do.', en: 'Say why.' },
  matcher: {
    vi: 'Hãy chọn ít nhất một điều kiện: không thể tắt mọi cảnh báo.',
    en: 'Choose something: not all alerts can be silenced.',
  },
  sector: { vi: 'Không có lĩnh vực này.', en: 'There is no such sector.' },
  sectors: { vi: 'Có mã lĩnh vực không đúng.', en: 'One of the sectors does not exist.' },
  unit: { vi: 'Mã đơn vị hành chính không đúng.', en: 'The code of the unit is not right.' },
  units: { vi: 'Có mã đơn vị hành chính không đúng.', en: 'One of the units does not exist.' },
  title: { vi: 'Hãy ghi việc gì đang xảy ra.', en: 'Say what is wrong.' },
  assignee: { vi: 'Không giao được cho người này.', en: 'This person cannot be chosen.' },
  comment: { vi: 'Hãy ghi nội dung.', en: 'Say something.' },
};

/** What went wrong with an alert or a silence, in the reader's language. */
export function faultOf(error: unknown): string {
  if (!(error instanceof ApiError)) return (error as Error).message;
  const { problem } = error;
  const known = CODES[String(problem.code)];
  if (known) return say(known);
  const alert = problem.alert as AlertLine | undefined;
  if (error.status === 409 && alert) {
    const who = alert.state === 'firing' ? '' : `, ${whoOf(alert)}`;
    const state = `${stateOf(alert)}${who}`;
    return say({
      vi: `Không còn làm được việc này: hiện là “${state}”.`,
      en: `Not possible any more: it is “${state}” now.`,
    });
  }
  const fields = problem.errors ?? [];
  if (fields.length === 0) return error.message;
  return [...new Set(fields.map(({ path, message }) => fieldFault(path, message)))].join(' ');
}

/** The server speaks English. */
function fieldFault(path: string, message: string): string {
  const name = path.split('/').findLast((part) => part in FIELDS);
  const text = name === undefined ? undefined : FIELDS[name];
  return language() === 'en' || !text ? message : text.vi;
}
