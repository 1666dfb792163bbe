import type { Limit, Rule } from '#libs/contracts';
import { type Said, textOf } from './said.js';

/** A rule as a pack writes it: texts as `[Vietnamese, English]`, without its id and sector. */
export interface PackRule extends Omit<Rule, 'id' | 'sector' | 'title' | 'note' | 'steps'> {
  title: Said;
  note: Said;
  steps?: readonly Said[];
}

/** The rules of a pack, by their name without the sector. */
export function packRules(sector: string, rules: Readonly<Record<string, PackRule>>): Rule[] {
  return Object.entries(rules).map(([name, { title, note, steps, ...rest }]) => ({
    id: `${sector}.${name}`,
    sector,
    title: textOf(title),
    note: textOf(note),
    ...rest,
    ...(steps ? { steps: steps.map(textOf) } : {}),
  }));
}

const HAIR = 0.000001;
/**
 * A rule's `above` holds from its value up and `below` from its value down. Where a source says "above" or "under" a limit, these
 * give the next number: exact for counts, which are whole, and off by no more than this for shares and statistics.
 */
export const justOver = (limit: Limit): string => `(${limit} + ${HAIR.toFixed(6)})`;
export const justUnder = (limit: Limit): string => `(${limit} - ${HAIR.toFixed(6)})`;

/** Intervals without a word after which a source counts as seriously late; as on the boards. */
const SILENT_TIMES = 4;

/** A source of the pack says nothing; `inhibits` names the rules whose alerts follow from that and need not be told. */
export function silentSource(inhibits: readonly string[] = []): PackRule {
  return {
    title: ['Nguồn dữ liệu im lặng', 'Source silent'],
    severity: 'warning',
    note: [
      `Không có dữ liệu mới trong ${SILENT_TIMES} lần khoảng đã cam kết của nguồn (giả định).`,
      `Nothing new for ${SILENT_TIMES} times the interval that the source promised (assumed).`,
    ],
    condition: { kind: 'silent-source', times: SILENT_TIMES },
    // A source that comes and goes is one trouble.
    flapping: { times: 3, minutes: 120 },
    ...(inhibits.length > 0 ? { inhibits: [{ rules: inhibits, same: 'source' as const }] } : {}),
    steps: [
      [
        'Xem trang Nguồn: lần cuối nhận dữ liệu, lỗi trả về',
        'Look at the page of sources: last heard, errors returned',
      ],
      ['Gọi đầu mối kỹ thuật của hệ thống nguồn', 'Call the technical contact of the source system'],
      ['Khi có lại, kiểm tra dữ liệu bù đã về đủ', 'When it is back, see that what was missing has come'],
    ],
  };
}
