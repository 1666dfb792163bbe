import { SEVERITY_NAMES, type Choices, type Fault, type Rule, SEVERITIES, type Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import { RuleCondition } from './rule-condition.js';
import { RuleFields } from './rule-fields.js';
import { hoursFields } from './rule-hours.js';
import { mutesFields } from './rule-mutes.js';
import { type Draft, linesOf } from './rule-draft.js';
import { DISASTER_NAMES, NO_DATA_NAMES } from './rule-words.js';
import type { Sector } from './rules.js';

export interface RuleFormOptions {
  /** Null: an empty one. */
  rule: Rule | null;
  isNew: boolean;
  ofPack: boolean;
  sectors: readonly Sector[];
  names: Choices;
  /** Only to be read. */
  locked: boolean;
  /** May decide what it mutes. */
  decides: boolean;
  changed: () => void;
}

/** The form of a rule. What is written in it is always in `rule`, right or wrong; faults come from the server. */
export class RuleForm {
  readonly element: HTMLElement;
  private readonly draft: Draft;
  private readonly fields: RuleFields;

  constructor(private readonly options: RuleFormOptions) {
    const sector = options.sectors.find(({ id }) => id !== 'overview')?.id ?? '';
    this.draft = options.rule
      ? { ...options.rule, title: { ...options.rule.title }, note: { ...options.rule.note } }
      : {
          id: 'own.',
          title: { vi: '', en: '' },
          sector,
          severity: 'warning',
          note: { vi: '', en: '' },
          condition: { kind: 'threshold', value: '' },
        };
    this.fields = new RuleFields(options.changed, options.locked);
    this.element = h(
      'div',
      { class: 'rule-form' },
      this.group({ vi: 'Quy tắc', en: 'Rule' }, ...this.about()),
      this.group({ vi: 'Điều kiện', en: 'Condition' }, ...new RuleCondition(this.draft, this.fields).draw()),
      this.group({ vi: 'Thời gian', en: 'Time' }, ...this.time()),
      this.group({ vi: 'Phạm vi', en: 'Scope' }, ...this.scope()),
      this.group({ vi: 'Việc cần làm', en: 'What to do' }, ...this.doing()),
      this.group({ vi: 'Tắt tiếng quy tắc khác', en: 'Mutes other rules' }, ...this.mutes()),
    );
  }

  /** As it is written now, without what is empty. */
  get rule(): Rule {
    const kept = Object.entries(this.draft).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    );
    return Object.fromEntries(kept) as unknown as Rule;
  }

  /** What is written and cannot be sent: numbers that read two ways. */
  get refused(): Fault[] {
    return this.fields.refused;
  }

  show(faults: readonly Fault[]): Fault[] {
    return this.fields.show(faults);
  }

  private group(title: Text, ...parts: HTMLElement[]): HTMLElement {
    return h('fieldset', { class: 'panel' }, h('legend', {}, say(title)), ...parts);
  }

  private set<K extends keyof Draft>(name: K): (value: string) => void {
    return (value) => {
      this.draft[name] = (value === '' ? undefined : value) as Draft[K];
    };
  }

  private about(): HTMLElement[] {
    const { draft, fields, options } = this;
    const both = (name: 'title' | 'note', label: Text): HTMLElement[] =>
      (['vi', 'en'] as const).map((language) =>
        fields[name === 'note' ? 'area' : 'text'](
          {
            path: `/${name}/${language}`,
            label: { vi: `${label.vi} (${language})`, en: `${label.en} (${language})` },
            also: `/${name}`,
          },
          draft[name]?.[language] ?? '',
          (value) => (draft[name] = { vi: '', en: '', ...draft[name], [language]: value }),
        ),
      );
    const sectors = options.sectors
      .filter(({ id }) => id !== 'overview')
      .map(({ id, title }) => [id, say(title)] as const);
    return [
      h(
        'div',
        { class: 'row' },
        fields.text(
          {
            path: '/id',
            label: { vi: 'Mã', en: 'Id' },
            readonly: !options.isNew,
            ...(options.isNew ? { hint: { vi: 'own.tên-quy-tắc', en: 'own.name-of-rule' } } : {}),
          },
          draft.id ?? '',
          this.set('id'),
        ),
        fields.choice(
          { path: '/sector', label: { vi: 'Lĩnh vực', en: 'Sector' }, readonly: options.ofPack },
          draft.sector ?? '',
          sectors,
          this.set('sector'),
        ),
        fields.choice(
          { path: '/severity', label: { vi: 'Mức', en: 'Severity' } },
          draft.severity ?? '',
          SEVERITIES.map((one) => [one, say(SEVERITY_NAMES[one])]),
          this.set('severity'),
        ),
        fields.choice(
          { path: '/disaster', label: { vi: 'Cấp rủi ro thiên tai', en: 'Level of disaster risk' } },
          String(draft.disaster ?? ''),
          [['', '–'], ...Object.entries(DISASTER_NAMES).map(([level, name]) => [level, say(name)] as const)],
          (value) => (draft.disaster = value === '' ? undefined : (Number(value) as Rule['disaster'])),
        ),
      ),
      h('div', { class: 'row' }, ...both('title', { vi: 'Tên', en: 'Title' })),
      h('div', { class: 'row' }, ...both('note', { vi: 'Căn cứ', en: 'Why this limit' })),
    ];
  }

  private time(): HTMLElement[] {
    const { draft, fields } = this;
    const minutes = (name: 'for' | 'keepFiring', label: Text): HTMLElement =>
      fields.number(
        { path: `/${name}`, label },
        // What cannot be read stays as it is written.
        typeof draft[name] === 'number' ? draft[name] / 60 : draft[name],
        (value) => (draft[name] = typeof value === 'number' ? Math.round(value * 60) : (value as undefined)),
      );
    const day = (name: 'validFrom' | 'validTo', label: Text): HTMLElement =>
      fields.text({ path: `/${name}`, label }, draft[name] ?? '', this.set(name), { placeholder: '2026-01-31' });
    const hours = hoursFields(draft, fields);
    return [
      h(
        'div',
        { class: 'row' },
        minutes('for', { vi: 'Giữ ít nhất (phút) mới báo', en: 'Must hold for (minutes)' }),
        minutes('keepFiring', { vi: 'Báo thêm (phút) sau khi hết', en: 'Keep after it ended (minutes)' }),
        fields.choice(
          { path: '/noData', label: { vi: 'Khi không có số liệu', en: 'Without data' } },
          draft.noData ?? 'ok',
          Object.entries(NO_DATA_NAMES).map(([one, name]) => [one, say(name)]),
          (value) => (draft.noData = value === 'ok' ? undefined : (value as Rule['noData'])),
        ),
        fields.text(
          {
            path: '/flapping',
            label: { vi: 'Chập chờn từ', en: 'Flapping from' },
            hint: { vi: 'số lần / số phút, ví dụ 3/120', en: 'times / minutes, e.g. 3/120' },
          },
          draft.flapping ? `${draft.flapping.times}/${draft.flapping.minutes}` : '',
          (value) => {
            const [times, within] = value.split('/').map(Number);
            draft.flapping = value === '' ? undefined : { times: times ?? NaN, minutes: within ?? NaN };
          },
        ),
        day('validFrom', { vi: 'Hiệu lực từ ngày', en: 'In force from' }),
        day('validTo', { vi: 'đến hết ngày', en: 'until' }),
      ),
      hours.choice,
      hours.windows,
    ];
  }

  private scope(): HTMLElement[] {
    const { draft, fields } = this;
    const { names } = this.options;
    return [
      h(
        'div',
        { class: 'row' },
        fields.text(
          {
            path: '/by',
            label: { vi: 'Mỗi cảnh báo cho một', en: 'One alert for each' },
            hint: {
              vi: 'tên chiều, ví dụ unit; trống: một cho tất cả',
              en: 'a dimension, e.g. unit; empty: one in all',
            },
          },
          draft.by ?? '',
          this.set('by'),
        ),
        fields.pick(
          {
            path: '/units',
            label: { vi: 'Chỉ các đơn vị', en: 'Only these units' },
            hint: { vi: 'Gõ tên hoặc mã; trống: mọi đơn vị', en: 'Type a name or code; empty: all units' },
          },
          draft.units ?? [],
          names.units,
          (values) => (draft.units = [...values]),
        ),
        fields.pick(
          {
            path: '/agency',
            label: { vi: 'Cơ quan xử lý', en: 'Agency' },
            hint: { vi: 'Gõ tên hoặc mã', en: 'Type a name or code' },
          },
          draft.agency === undefined ? [] : [draft.agency],
          names.agencies,
          ([value]) => (draft.agency = value),
          { single: true, free: true },
        ),
      ),
    ];
  }

  private doing(): HTMLElement[] {
    const { draft, fields } = this;
    return [
      fields.area(
        {
          path: '/steps',
          label: { vi: 'Các bước', en: 'Steps' },
          hint: { vi: 'Mỗi dòng một bước: tiếng Việt | tiếng Anh', en: 'One step a line: Vietnamese | English' },
        },
        (draft.steps ?? []).map(({ vi, en }) => `${vi} | ${en}`).join('\n'),
        (value) =>
          (draft.steps = linesOf(value).map((line) => {
            const [vi = '', en = ''] = line.split('|').map((part) => part.trim());
            return { vi, en };
          })),
      ),
    ];
  }

  private mutes(): HTMLElement[] {
    const { draft, fields } = this;
    const { names, decides } = this.options;
    const told = decides
      ? {
          vi: 'Trong khi quy tắc này báo, cảnh báo của các quy tắc chọn ở đây không báo cho ai.',
          en: 'While this rule fires, nobody is told of alerts of the rules chosen here.',
        }
      : {
          vi: 'Chỉ quản trị viên quyết định quy tắc nào tắt tiếng quy tắc nào.',
          en: 'Only administrators decide which rule mutes which.',
        };
    return [h('p', {}, say(told)), mutesFields(draft, fields, names.rules, !decides)];
  }
}
