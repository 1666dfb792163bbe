import { END_NAMES, type EndWhy, type Text } from '#libs/contracts';

/** How many alerts have ended for each reason. */
export type Ends = Partial<Record<EndWhy, number>>;

/** Who said that something is solved, and what he wrote. */
export interface Solver {
  name: string;
  comment: string | null;
}

const BEFORE: Readonly<Record<EndWhy, Text>> = {
  back: { vi: 'Đã hết', en: 'Resolved' },
  'no-data': { vi: 'Mất số liệu', en: 'No data' },
  'not-in-force': { vi: 'Thôi theo dõi', en: 'No longer watched' },
  'not-watched': { vi: 'Thôi theo dõi', en: 'No longer watched' },
  'rule-changed': { vi: 'Quy tắc đã sửa', en: 'Rule changed' },
  'rule-removed': { vi: 'Thôi theo dõi', en: 'No longer watched' },
  cancelled: { vi: 'Đã hủy', en: 'Cancelled' },
  expired: { vi: 'Hết hạn', en: 'Expired' },
  solved: { vi: 'Đã xử lý', en: 'Marked as solved' },
  'solved-holds': { vi: 'Đã xử lý, điều kiện vẫn còn', en: 'Marked as solved, the condition still holds' },
  unknown: { vi: 'Kết thúc', en: 'Over' },
};

const ALERTS: Text = { vi: 'cảnh báo', en: 'of them' };
const BECAUSE: Text = { vi: 'Đã kết thúc vì', en: 'They ended because' };

/** Always in the same order. */
const whysOf = (ends: Ends): EndWhy[] => (Object.keys(END_NAMES) as EndWhy[]).filter((why) => (ends[why] ?? 0) > 0);

/** What stands first in the subject of a message about ends: what they have in common. */
export function endPrefix(ends: Ends): Text {
  const [why, another] = whysOf(ends);
  return BEFORE[another === undefined ? (why ?? 'unknown') : 'unknown'];
}

/** Why alerts are over: one sentence, or where the reasons differ a line each with how many. `solver`: of all that are solved. */
export function endLines(ends: Ends, solver: Solver | null, language: 'vi' | 'en'): string[] {
  const whys = whysOf(ends);
  if (whys.length === 0) return [`${capital(END_NAMES.unknown[language])}.`];
  return whys.map((why) => {
    const by = solver !== null && why.startsWith('solved') ? ` (${solved(solver)})` : '';
    const said = `${END_NAMES[why][language]}${by}.`;
    return whys.length === 1 ? capital(said) : `${ends[why]} ${ALERTS[language]}: ${said}`;
  });
}

/** The reasons of ends that a message about other things mentions; null: all went back to normal. */
export function endReasons(ends: Ends, language: 'vi' | 'en'): string | null {
  const whys = whysOf(ends);
  if (whys.every((why) => why === 'back')) return null;
  return `${BECAUSE[language]}: ${whys.map((why) => END_NAMES[why][language]).join('; ')}.`;
}

const solved = ({ name, comment }: Solver): string => (comment === null ? name : `${name}: “${comment}”`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
