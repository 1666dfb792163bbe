import { MOST_RULE_WINDOWS, type Rule, type RuleWindow } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { DAYS } from './on-call/words.js';
import type { Draft } from './rule-draft.js';
import type { RuleFields } from './rule-fields.js';
import { formRows } from './rule-rows.js';

type Window = { -readonly [K in keyof RuleWindow]: RuleWindow[K] };

const OFFICE_DAYS: Window = { days: [1, 2, 3, 4, 5], from: '07:30', to: '17:00' };

/** When a rule looks: always, in office hours, or in windows of chosen days and times; the choice, and the windows below it. */
export function hoursFields(draft: Draft, fields: RuleFields): { choice: HTMLElement; windows: HTMLElement } {
  let chosen = windowsOf(draft.hours);
  const windows = h('div', {});
  const draw = (): void => {
    windows.hidden = chosen.length === 0;
    windows.replaceChildren(...(chosen.length === 0 ? [] : [windowRows(chosen, draft, fields)]));
  };
  const choice = fields.choice(
    { path: '/hours', label: { vi: 'Giờ xét', en: 'Hours' } },
    chosen.length > 0 ? 'chosen' : (draft.hours ?? '').toString(),
    [
      ['', say({ vi: 'Mọi lúc', en: 'At all times' })],
      ['working', say({ vi: 'Giờ hành chính', en: 'Office hours' })],
      ['chosen', say({ vi: 'Ngày và giờ chọn', en: 'Chosen days and hours' })],
    ],
    (value) => {
      chosen = value === 'chosen' ? [{ ...OFFICE_DAYS }] : [];
      draft.hours = value === 'working' ? value : hoursOf(chosen);
      draw();
    },
  );
  draw();
  return { choice, windows };
}

function windowRows(chosen: Window[], draft: Draft, fields: RuleFields): HTMLElement {
  const written = (): void => {
    draft.hours = hoursOf(chosen);
  };
  return formRows({
    items: chosen,
    least: 1,
    most: MOST_RULE_WINDOWS,
    name: { vi: 'Khung giờ', en: 'Window' },
    add: { vi: 'Thêm khung giờ', en: 'Add a window' },
    none: { vi: '', en: '' },
    blank: () => ({ ...OFFICE_DAYS }),
    locked: fields.locked,
    changed: () => {
      written();
      fields.changed();
    },
    draw: (window, index) => {
      const path = chosen.length === 1 ? '/hours' : `/hours/${index}`;
      return [
        fields.ticks(
          { path: `${path}/days`, label: { vi: 'Ngày', en: 'Days' } },
          window.days,
          DAYS.map((name, day) => [day + 1, say(name)]),
          (days) => {
            window.days = days;
            written();
          },
        ),
        h('div', { class: 'row' }, ...(['from', 'to'] as const).map((end) => time(window, end, path, fields, written))),
      ];
    },
  });
}

const time = (window: Window, end: 'from' | 'to', path: string, fields: RuleFields, written: () => void): HTMLElement =>
  fields.text(
    {
      path: `${path}/${end}`,
      label: end === 'from' ? { vi: 'Từ giờ', en: 'From' } : { vi: 'Đến giờ', en: 'To' },
      ...(end === 'to'
        ? { hint: { vi: 'Sớm hơn giờ bắt đầu: sang hôm sau', en: 'Earlier than from: on the next day' } }
        : {}),
    },
    window[end],
    (value) => {
      window[end] = value;
      written();
    },
    { type: 'time' },
  );

const windowsOf = (hours: Rule['hours']): Window[] => {
  if (hours === undefined || hours === 'working') return [];
  return ('days' in hours ? [hours] : hours).map((window) => ({ ...window }));
};

/** A single window is written as such, as packs do. */
const hoursOf = (windows: readonly Window[]): Rule['hours'] =>
  windows.length > 1 ? windows.map((window) => ({ ...window })) : windows[0] && { ...windows[0] };
