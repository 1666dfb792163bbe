import type { Condition, Limit, Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import type { RuleFields } from './rule-fields.js';
import { type Draft, whereOf, whereText } from './rule-draft.js';
import { KIND_NAMES } from './rule-words.js';

/** The fields of a condition: its kind, and what that kind needs. */
export class RuleCondition {
  private readonly parts = h('div', { class: 'row-part' });

  constructor(
    private readonly draft: Draft,
    private readonly fields: RuleFields,
  ) {}

  draw(): HTMLElement[] {
    const kinds = Object.entries(KIND_NAMES).map(([kind, name]) => [kind, say(name)] as const);
    const kind = this.fields.choice(
      { path: '/condition/kind', label: { vi: 'Loại điều kiện', en: 'Kind of condition' } },
      this.draft.condition?.kind ?? '',
      kinds,
      (value) => {
        this.draft.condition = blank(value as Condition['kind']);
        this.drawParts();
      },
    );
    this.drawParts();
    return [kind, this.parts];
  }

  private drawParts(): void {
    const { fields, draft } = this;
    const values = draft.condition as unknown as Record<string, unknown>;
    const write = (name: string, read: (value: string) => unknown) => (value: string) => {
      const made = value === '' ? undefined : read(value);
      if (made === undefined) delete values[name];
      else values[name] = made;
    };
    const own = (name: string, label: Text, read: (value: string) => unknown): HTMLElement =>
      fields.text({ path: `/condition/${name}`, label }, String(values[name] ?? ''), write(name, read));
    const number = (name: string, label: Text, limit = false): HTMLElement =>
      fields.number(
        {
          path: `/condition/${name}`,
          label,
          ...(limit ? { hint: LIMIT_HINT } : {}),
          ...(name === 'above' ? { also: '/condition' } : {}),
        },
        values[name] as Limit | undefined,
        (value) => {
          if (value === undefined) delete values[name];
          else values[name] = value;
        },
        limit,
      );
    const formula = (): HTMLElement =>
      fields.area(
        {
          path: '/condition/value',
          label: { vi: 'Công thức', en: 'Formula' },
          hint: { vi: 'Ví dụ: last(mã-số-đo, 2h) hoặc [mã-chỉ-tiêu]', en: 'E.g. last(metric, 2h) or [indicator]' },
        },
        String(values['value'] ?? ''),
        write('value', String),
        true,
      );
    const limits = (): HTMLElement =>
      h(
        'div',
        { class: 'row' },
        number('above', { vi: 'Từ mức này trở lên', en: 'At or above' }, true),
        number('over', { vi: 'Hoặc: trên mức này', en: 'Or: above' }, true),
        number('below', { vi: 'Từ mức này trở xuống', en: 'At or below' }, true),
        number('under', { vi: 'Hoặc: dưới mức này', en: 'Or: below' }, true),
        fields.number(
          {
            path: '/recover',
            label: { vi: 'Hết khi về tới', en: 'Ends when back at' },
            hint: { vi: 'Để trống: hết ngay khi không còn vượt', en: 'Empty: as soon as it is no longer beyond' },
          },
          draft.recover,
          (value) => (draft.recover = value),
          true,
        ),
      );
    const indicator = (): HTMLElement => own('indicator', { vi: 'Mã chỉ tiêu', en: 'Indicator' }, String);
    const minutes = (): HTMLElement => number('minutes', { vi: 'Trong số phút', en: 'Minutes' });
    const parts: Record<Condition['kind'], () => HTMLElement[]> = {
      threshold: () => [formula(), limits()],
      change: () => [formula(), number('minutes', COMPARED), limits()],
      absent: () => [
        own('metric', { vi: 'Mã số đo', en: 'Metric' }, String),
        fields.text(
          {
            path: '/condition/where',
            label: { vi: 'Chỉ các giá trị', en: 'Only these values' },
            hint: { vi: 'chiều: a | b; chiều-khác: c', en: 'dimension: a | b; other: c' },
          },
          whereText(values['where']),
          write('where', whereOf),
        ),
        minutes(),
      ],
      late: () => [indicator()],
      'silent-source': () => [number('times', { vi: 'Số lần khoảng cam kết', en: 'Times the promised interval' })],
      'off-track': () => [
        indicator(),
        number('percent', { vi: 'Lệch quá (%)', en: 'Off by more than (%)' }),
        fields.choice(
          { path: '/condition/wants', label: { vi: 'Mục tiêu là', en: 'The target is' } },
          String(values['wants'] ?? 'above'),
          [
            ['above', say({ vi: 'đạt từ đó trở lên', en: 'to be reached or more' })],
            ['below', say({ vi: 'không vượt quá', en: 'not to be exceeded' })],
          ],
          write('wants', String),
        ),
      ],
    };
    this.parts.replaceChildren(...(parts[draft.condition?.kind ?? 'threshold']?.() ?? []));
  }
}

const COMPARED: Text = {
  vi: 'So với mức thấp nhất hoặc cao nhất trong số phút',
  en: 'Against the lowest or highest within (minutes)',
};
const LIMIT_HINT: Text = { vi: 'số hoặc công thức', en: 'a number or a formula' };

const blank = (kind: Condition['kind']): Condition =>
  ({
    threshold: { kind: 'threshold', value: '' },
    change: { kind: 'change', value: '', minutes: 60 },
    absent: { kind: 'absent', metric: '', minutes: 60 },
    late: { kind: 'late', indicator: '' },
    'silent-source': { kind: 'silent-source', times: 4 },
    'off-track': { kind: 'off-track', indicator: '', percent: 10, wants: 'above' },
  })[kind] as Condition;
