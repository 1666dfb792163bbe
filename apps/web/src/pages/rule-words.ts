import {
  type Condition,
  type INHIBITS_BY,
  LIMIT_SIDES,
  LIMIT_SIGNS,
  type Rule,
  type RuleLimits,
  type Text,
} from '#libs/contracts';

export const KIND_NAMES: Record<Condition['kind'], Text> = {
  threshold: { vi: 'Vượt ngưỡng', en: 'Threshold' },
  change: { vi: 'Thay đổi nhanh', en: 'Change within minutes' },
  absent: { vi: 'Không có số liệu', en: 'No observation' },
  late: { vi: 'Trễ so với cam kết', en: 'Promise of freshness broken' },
  'silent-source': { vi: 'Nguồn im lặng', en: 'Source silent' },
  'off-track': { vi: 'Lệch mục tiêu', en: 'Off its target' },
};

export const DISASTER_NAMES: Record<number, Text> = {
  1: { vi: 'Cấp 1: xanh dương nhạt', en: 'Level 1: light blue' },
  2: { vi: 'Cấp 2: vàng nhạt', en: 'Level 2: light yellow' },
  3: { vi: 'Cấp 3: da cam', en: 'Level 3: orange' },
  4: { vi: 'Cấp 4: đỏ', en: 'Level 4: red' },
  5: { vi: 'Cấp 5: tím', en: 'Level 5: purple' },
};

export const NO_DATA_NAMES: Record<NonNullable<Rule['noData']>, Text> = {
  ok: { vi: 'coi như bình thường', en: 'nothing is wrong' },
  keep: { vi: 'giữ nguyên như trước', en: 'everything stays as it was' },
  fire: { vi: 'coi là vi phạm', en: 'that is wrong itself' },
};

/** Which alerts of a muted rule; short enough for a phone. */
export const SAME_NAMES: Record<(typeof INHIBITS_BY)[number], Text> = {
  key: { vi: 'cùng điểm đo, cơ quan', en: 'same station or agency' },
  unit: { vi: 'cùng đơn vị và cấp dưới', en: 'same unit and below' },
  source: { vi: 'từ nguồn đang im lặng', en: 'from the silent source' },
  nothing: { vi: 'tất cả', en: 'all of them' },
};

/** A condition in one line. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'threshold':
      return `${condition.value} ${limits(condition)}`;
    case 'change':
      return `Δ ${condition.minutes} min: ${condition.value} ${limits(condition)}`;
    case 'absent':
      return `${condition.metric}: ∅ ≥ ${condition.minutes} min`;
    case 'late':
      return `[${condition.indicator}]`;
    case 'silent-source':
      return `× ${condition.times}`;
    case 'off-track':
      return `[${condition.indicator}] ${condition.wants === 'above' ? '<' : '>'} ${condition.percent}%`;
  }
}

const limits = (given: RuleLimits): string =>
  LIMIT_SIDES.flatMap((side) => (given[side] === undefined ? [] : [`${LIMIT_SIGNS[side]} ${given[side]}`])).join(', ');
