import type { AlertLine } from './alert.js';
import type { Text } from './text.js';

/**
 * Why an alert is over. Only `back` says that the value came back.
 * - `no-data`: nothing is known any more, and the rule takes that for no alert;
 * - `not-in-force`: outside the hours or days of its rule;
 * - `not-watched`: the rule looks at it no longer, such as a source out of service;
 * - `rule-changed`, `rule-removed`: by the rule at which it fired it might go on;
 * - `cancelled`, `expired`: of CAP messages;
 * - `solved`: a person says so; `solved-holds`: and the condition of its rule holds all the same;
 * - `unknown`: it was not noted.
 */
export type EndWhy =
  | 'back'
  | 'no-data'
  | 'not-in-force'
  | 'not-watched'
  | 'rule-changed'
  | 'rule-removed'
  | 'cancelled'
  | 'expired'
  | 'solved'
  | 'solved-holds'
  | 'unknown';

/** What each is called, on pages and in messages. */
export const END_NAMES: Readonly<Record<EndWhy, Text>> = {
  back: { vi: 'đã trở lại bình thường', en: 'back to normal' },
  'no-data': {
    vi: 'không còn số liệu, chưa rõ đã hết hay chưa',
    en: 'no data any more: whether it is over is not known',
  },
  'not-in-force': {
    vi: 'ngoài giờ hoặc thời hạn của quy tắc, chưa rõ đã hết hay chưa',
    en: 'outside the hours or days of its rule: whether it is over is not known',
  },
  'not-watched': {
    vi: 'quy tắc không còn theo dõi đối tượng này, chưa rõ đã hết hay chưa',
    en: 'its rule looks at this no longer: whether it is over is not known',
  },
  'rule-changed': {
    vi: 'quy tắc đã được sửa, theo quy tắc mới thì đã hết',
    en: 'its rule was changed, by the new one it is over',
  },
  'rule-removed': {
    vi: 'quy tắc đã bị tắt hoặc gỡ bỏ, chưa rõ đã hết hay chưa',
    en: 'its rule was switched off or removed: whether it is over is not known',
  },
  cancelled: { vi: 'bên phát tin đã hủy', en: 'its sender cancelled it' },
  expired: { vi: 'tin đã hết hạn', en: 'its message has expired' },
  solved: { vi: 'đã xử lý', en: 'marked as solved' },
  'solved-holds': { vi: 'đã xử lý, điều kiện vẫn còn', en: 'marked as solved, the condition still holds' },
  unknown: { vi: 'đã kết thúc', en: 'over' },
};

export const isEndWhy = (one: unknown): one is EndWhy => typeof one === 'string' && Object.hasOwn(END_NAMES, one);

/** Somebody says that it is solved, and the condition of its rule holds all the same: it stays in sight, and is asked about again. */
export const stillHolds = ({ origin, state, endedAt }: Pick<AlertLine, 'origin' | 'state' | 'endedAt'>): boolean =>
  origin === 'rule' && endedAt === null && (state === 'resolved' || state === 'closed');
