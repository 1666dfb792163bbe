import { type Choices, INHIBITS_BY, MOST_RULE_MUTES, type Rule } from '#libs/contracts';
import { say } from '../language.js';
import type { Draft } from './rule-draft.js';
import type { RuleFields } from './rule-fields.js';
import { formRows } from './rule-rows.js';
import { SAME_NAMES } from './rule-words.js';

type Mute = { rules: readonly string[]; same: (typeof INHIBITS_BY)[number] };

/** Rules that are muted while this one fires, chosen by their titles, and what their alerts must have in common with it. */
export function mutesFields(draft: Draft, fields: RuleFields, rules: Choices['rules'], locked: boolean): HTMLElement {
  const mutes: Mute[] = (draft.inhibits ?? []).map((one) => ({ ...one }));
  const written = (): void => {
    draft.inhibits = mutes.map((one) => ({ ...one })) satisfies Rule['inhibits'];
  };
  return formRows<Mute>({
    items: mutes,
    least: 0,
    most: MOST_RULE_MUTES,
    name: { vi: 'Nhóm', en: 'Group' },
    add: { vi: 'Thêm quy tắc bị tắt tiếng', en: 'Add rules to mute' },
    none: { vi: 'Không tắt tiếng quy tắc nào.', en: 'It mutes no other rule.' },
    blank: () => ({ rules: [], same: 'key' }),
    locked,
    changed: () => {
      written();
      fields.changed();
    },
    draw: (mute, index) => [
      fields.pick(
        {
          path: `/inhibits/${index}/rules`,
          label: { vi: 'Quy tắc bị tắt tiếng', en: 'Rules that it mutes' },
          hint: { vi: 'Gõ tên hoặc mã quy tắc', en: 'Type a title or id' },
          readonly: locked,
        },
        mute.rules,
        rules,
        (values) => {
          mute.rules = [...values];
          written();
        },
      ),
      fields.choice(
        {
          path: `/inhibits/${index}/same`,
          label: { vi: 'Tắt các cảnh báo', en: 'Alerts that it mutes' },
          readonly: locked,
        },
        mute.same,
        INHIBITS_BY.map((one) => [one, say(SAME_NAMES[one])]),
        (value) => {
          mute.same = value as Mute['same'];
          written();
        },
      ),
    ],
  });
}
