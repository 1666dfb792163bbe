import { SEVERITY_NAMES, type RuleView, SEVERITIES, type Severity, type Text } from '#libs/contracts';
import { severityChip } from '../alert-words.js';
import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { mayOperate, whoAmI } from '../me.js';
import { alertBox, desk, tell } from './desk.js';
import { wideTable } from './indicator-words.js';
import { conditionText, KIND_NAMES } from './rule-words.js';
import { plain } from './plain-text.js';

const TITLE: Text = { vi: 'Quy tắc cảnh báo', en: 'Alert rules' };

/** What one needs of the boards: names of sectors. */
export interface Sector {
  id: string;
  title: Text;
}

/** `/rules`: every rule that the person may see, to search and to open. */
export async function rulesPage(parent: HTMLElement): Promise<void> {
  const me = await whoAmI();
  if (me === null) return location.assign('/');
  try {
    const [{ rules }, sectors] = await Promise.all([call<{ rules: RuleView[] }>('GET', '/v1/rules'), sectorsOf()]);
    draw(parent, rules, sectors, mayOperate(me));
  } catch (error) {
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say(TITLE), [], () => void rulesPage(parent), box);
  }
}

export async function sectorsOf(): Promise<Sector[]> {
  const answer = await call<unknown>('GET', '/v1/boards');
  const list = Array.isArray(answer) ? answer : Object.values(answer as object).find(Array.isArray);
  return (list ?? []) as Sector[];
}

function draw(parent: HTMLElement, rules: readonly RuleView[], sectors: readonly Sector[], may: boolean): void {
  const nameOf = (id: string): string => say(sectors.find((one) => one.id === id)?.title ?? { vi: id, en: id });
  const query = new URLSearchParams(location.search);
  const list = h('div', { class: 'catalogue' });
  const select = (name: string, label: Text, options: readonly [string, string][]): HTMLSelectElement =>
    h(
      'select',
      { id: `filter-${name}`, 'aria-label': say(label), onchange: () => fill() },
      h('option', { value: '' }, say(label)),
      ...options.map(([value, text]) => h('option', { value, selected: query.get(name) === value }, text)),
    );
  const search = h('input', { type: 'search', id: 'rules-search', value: query.get('q') ?? '', oninput: () => fill() });
  const used = [...new Set(rules.map(({ sector }) => sector))];
  const sector = select(
    'sector',
    { vi: 'Mọi lĩnh vực', en: 'All sectors' },
    used.map((id) => [id, nameOf(id)]),
  );
  const severity = select('severity', { vi: 'Mọi mức', en: 'All severities' }, severityOptions());
  const state = select('state', { vi: 'Bật và tắt', en: 'On and off' }, [
    ['on', say({ vi: 'Đang bật', en: 'On' })],
    ['off', say({ vi: 'Đang tắt', en: 'Off' })],
    ['changed', say({ vi: 'Đã sửa hoặc tự đặt', en: 'Changed or own' })],
  ]);
  const matches = (rule: RuleView): boolean => {
    const all = plain([rule.id, rule.title.vi, rule.title.en, rule.note.vi, conditionText(rule.condition)].join(' '));
    const words = plain(search.value).split(/\s+/);
    const stateFits = {
      '': true,
      on: rule.enabled,
      off: !rule.enabled,
      changed: rule.changed || rule.origin === 'operator',
    };
    return (
      words.every((word) => all.includes(word)) &&
      (sector.value === '' || rule.sector === sector.value) &&
      (severity.value === '' || rule.severity === severity.value) &&
      (stateFits[state.value as keyof typeof stateFits] ?? true)
    );
  };
  const fill = (): void => {
    const asked = new URLSearchParams(
      Object.entries({ q: search.value, sector: sector.value, severity: severity.value, state: state.value }).filter(
        ([, value]) => value !== '',
      ),
    );
    history.replaceState(null, '', location.pathname + (asked.size > 0 ? `?${asked}` : ''));
    const shown = rules.filter(matches);
    list.replaceChildren(
      h('p', { role: 'status', class: 'unseen' }, `${shown.length} ${say({ vi: 'quy tắc', en: 'rules' })}`),
      h('section', { class: 'panel' }, h('h2', {}, `${say(TITLE)} (${shown.length})`), table(shown, nameOf)),
    );
  };
  const label = say({ vi: 'Tìm theo tên, mã, công thức', en: 'Search name, id, formula' });
  const add = h('a', { class: 'button', href: '/rules/new' }, say({ vi: 'Thêm quy tắc', en: 'New rule' }));
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, rules, sectors, may),
    h(
      'div',
      { class: 'catalogue-tools' },
      h('div', { class: 'field' }, h('label', { for: 'rules-search' }, label), search),
      h('div', { class: 'rule-filters' }, sector, severity, state),
      may ? add : null,
    ),
    list,
  );
  fill();
}

const severityOptions = (): [Severity, string][] => SEVERITIES.map((one) => [one, say(SEVERITY_NAMES[one])]);

function table(rules: readonly RuleView[], nameOf: (sector: string) => string): HTMLElement {
  if (rules.length === 0) return h('p', { class: 'nothing' }, say({ vi: 'Không có quy tắc nào.', en: 'No rules.' }));
  const head: Text[] = [
    { vi: 'Quy tắc', en: 'Rule' },
    { vi: 'Lĩnh vực', en: 'Sector' },
    { vi: 'Mức', en: 'Severity' },
    { vi: 'Điều kiện', en: 'Condition' },
    { vi: 'Đang báo', en: 'Open' },
    { vi: 'Tình trạng', en: 'State' },
  ];
  return wideTable(
    TITLE,
    head,
    rules.map((rule) => [
      h('a', { href: `/rules/${encodeURIComponent(rule.id)}` }, say(rule.title)),
      nameOf(rule.sector),
      severityChip(rule.severity),
      h(
        'span',
        { class: 'condition' },
        say(KIND_NAMES[rule.condition.kind]),
        h('br'),
        h('code', {}, conditionText(rule.condition)),
      ),
      rule.open === 0 ? '–' : String(rule.open),
      stateText(rule),
    ]),
  );
}

const OFFICE_ONLY: Text = { vi: 'chỉ trong giờ hành chính', en: 'in office hours only' };
const HOURS_ONLY: Text = { vi: 'chỉ trong khung giờ', en: 'in its hours only' };

export function stateText({ enabled, changed, origin, hours }: RuleView): string {
  const marks = [
    enabled ? { vi: 'bật', en: 'on' } : { vi: 'tắt', en: 'off' },
    ...(hours === undefined ? [] : [hours === 'working' ? OFFICE_ONLY : HOURS_ONLY]),
    ...(origin === 'operator' ? [{ vi: 'tự đặt', en: 'own' }] : []),
    ...(changed ? [{ vi: 'đã sửa', en: 'changed' }] : []),
  ];
  return marks.map(say).join(', ');
}
