import { DAY_MS, HOUR_MS, periodStart, SEVERITIES, SEVERITY_NAMES } from '#libs/contracts';
import type { AlertLine, Choice, Choices, Matcher, Severity, Silence, Text } from '#libs/contracts';
import { placeOf, severityChip, WORST_FIRST } from '../alert-words.js';
import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { faultOf } from './alert-faults.js';
import { keyChoices } from './choices.js';
import { alertBox, broad, choice, field, tell } from './desk.js';
import { localInput, momentOfInput } from './on-call/local-time.js';
import { Picker } from './picker.js';

interface Preview {
  open: number;
  severities: Record<Severity, number>;
  examples: AlertLine[];
  merged: { code: string; into: { code: string; name: string }[] }[];
}

/** What a silence starts from. */
export interface Suggested {
  matcher: Matcher;
  reason: string;
}

const KINDS: Record<Silence['kind'], Text> = {
  silence: { vi: 'Tắt báo (≤ 7 ngày)', en: 'Silence (≤ 7 days)' },
  maintenance: { vi: 'Bảo trì (≤ 30 ngày)', en: 'Maintenance (≤ 30 days)' },
};
/** How long a silence lasts unless somebody says otherwise. */
const USUAL_HOURS = 2;
const MOST_REASON = 300;
const CHANGED: Text = {
  vi: 'Nội dung vừa thay đổi: hãy bấm “Xem trước” lại rồi mới tắt báo.',
  en: 'This has changed: press “Preview” again before silencing.',
};

/** A silence for one alert: its rule at its place; one without a rule by sector, unit and severity. */
export function suggestedFor(alert: AlertLine): Suggested {
  const { rule, key, sector, unit, severity, number } = alert;
  const matcher: Matcher =
    rule === null
      ? {
          ...(sector === null ? {} : { sectors: [sector] }),
          ...(unit === null ? {} : { units: [unit] }),
          severities: [severity],
        }
      : { rules: [rule], ...(key === '' ? {} : { keys: [key] }) };
  const about = `#${number} ${say(alert.title)}`;
  const reason = say({ vi: `Đã biết, đang xử lý: ${about}`, en: `Known, being worked on: ${about}` });
  return { matcher, reason: reason.slice(0, MOST_REASON) };
}

/** Seven in the morning that comes next, in Vietnam. */
function nextMorning(now: number): number {
  const morning = periodStart('d', now) + 7 * HOUR_MS;
  return morning > now ? morning : morning + DAY_MS;
}

/** The form of a new silence; nothing is saved before it has said what it would mute. */
export function silenceForm(names: Choices, suggested: Suggested | null, again: () => void): HTMLElement {
  const box = alertBox();
  const preview = h('div', { class: 'preview', role: 'status' });
  // Counts the states of the form: a preview that comes back for an earlier one is not shown.
  let state = 0;
  /** What was shown is no longer what the form says. */
  const withdraw = () => {
    state++;
    if (preview.hasChildNodes()) preview.replaceChildren(h('p', {}, say(CHANGED)));
  };
  const pickers = pickersOf(names, suggested?.matcher ?? {}, withdraw);
  const save = async (body: object) => {
    try {
      await call('POST', '/v1/silences', body);
      again();
    } catch (error) {
      tell(box, faultOf(error));
    }
  };
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const body = bodyOf(new FormData(event.currentTarget), pickers);
    tell(box, null);
    preview.replaceChildren(h('p', {}, say({ vi: 'Đang tính…', en: 'Working…' })));
    const asked = ++state;
    try {
      const would = await call<Preview>('POST', '/v1/silences/preview', { matcher: body.matcher });
      if (asked !== state) return;
      preview.replaceChildren(previewCard(would, () => void save(body)));
      preview.querySelector('button')?.focus();
    } catch (error) {
      if (asked !== state) return;
      preview.replaceChildren();
      tell(box, faultOf(error));
    }
  };
  const title =
    suggested === null ? { vi: 'Đặt mới', en: 'New' } : { vi: 'Tạm tắt báo cảnh báo này', en: 'Silence this alert' };
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say(title)),
    h(
      'form',
      { class: 'row', oninput: withdraw, onsubmit: (event: SubmitEvent) => void send(event) },
      choice(
        say({ vi: 'Loại', en: 'Kind' }),
        { name: 'kind' },
        (['silence', 'maintenance'] as const).map((value) => ({ value, label: say(KINDS[value]) })),
      ),
      ...Object.values(pickers).map(({ element }) => element),
      severitiesField(suggested?.matcher.severities ?? []),
      ...timeFields(Date.now(), withdraw),
      reasonField(suggested?.reason ?? ''),
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Xem trước', en: 'Preview' })),
    ),
    box,
    preview,
  );
}

type Picked = 'rules' | 'sectors' | 'units' | 'keys';

/** What the form says now. */
function bodyOf(data: FormData, pickers: Record<Picked, Picker>) {
  const given = {
    ...Object.fromEntries(Object.entries(pickers).map(([name, picker]) => [name, picker.values])),
    severities: data.getAll('severities').map(String),
  };
  return {
    kind: String(data.get('kind')),
    matcher: Object.fromEntries(Object.entries(given).filter(([, values]) => values.length > 0)),
    from: momentOfInput(String(data.get('from'))),
    to: momentOfInput(String(data.get('to'))),
    reason: String(data.get('reason')).trim(),
  };
}

function pickersOf(names: Choices, matcher: Matcher, changed: () => void): Record<Picked, Picker> {
  const all = say({ vi: 'Gõ tên hoặc mã; trống là tất cả', en: 'Type a name or code; empty for all' });
  const made = (name: Picked, label: Text, hint = all, known: readonly Choice[] = names[name]): Picker =>
    new Picker({
      name,
      label: say(label),
      hint,
      choices: known,
      values: matcher[name] ?? [],
      free: name === 'units' && OLD_UNIT,
      changed,
    });
  const below = {
    vi: 'Gồm cả cấp dưới; trống là tất cả; đơn vị đã sáp nhập: gõ mã cũ',
    en: 'Each with all below; empty for all; of a unit that was merged away the old code',
  };
  return {
    rules: made('rules', { vi: 'Quy tắc', en: 'Rules' }),
    sectors: made('sectors', { vi: 'Lĩnh vực', en: 'Sectors' }),
    units: made('units', { vi: 'Đơn vị hành chính', en: 'Units' }, say(below)),
    keys: made('keys', { vi: 'Điểm đo, cơ quan, cơ sở', en: 'Stations, agencies, facilities' }, all, keyChoices(names)),
  };
}

function severitiesField(chosen: readonly Severity[]): HTMLElement {
  const one = (severity: Severity) => {
    const id = `severity-${severity}`;
    const box = { type: 'checkbox', id, name: 'severities', value: severity, checked: chosen.includes(severity) };
    return h('label', { for: id, class: 'tickbox' }, h('input', box), severityChip(severity));
  };
  return h(
    'fieldset',
    { class: 'field' },
    h('legend', {}, say({ vi: 'Mức độ', en: 'Severities' })),
    ...WORST_FIRST.map(one),
    h('small', {}, say({ vi: 'Không chọn là mọi mức', en: 'None chosen: all' })),
  );
}

const reasonField = (value: string): HTMLElement =>
  broad(
    field(
      say({ vi: 'Lý do', en: 'Reason' }),
      { name: 'reason', required: true, maxlength: String(MOST_REASON), value },
      say({ vi: 'Bắt buộc; mọi người đều thấy', en: 'Required; everybody sees it' }),
    ),
  );

/** Begin and end, and the ends that are meant most often as one press. */
function timeFields(now: number, changed: () => void): HTMLElement[] {
  const time = (name: string, label: Text, at: number) =>
    field(say(label), { name, type: 'datetime-local', required: true, value: localInput(at) });
  const to = time('to', { vi: 'Đến', en: 'To' }, now + USUAL_HOURS * HOUR_MS);
  const input = to.querySelector('input');
  const ends: [Text, number][] = [
    [{ vi: '1 giờ', en: '1 hour' }, now + HOUR_MS],
    [{ vi: '4 giờ', en: '4 hours' }, now + 4 * HOUR_MS],
    [{ vi: 'đến 7:00 sáng', en: 'until 7:00' }, nextMorning(now)],
    [{ vi: '1 ngày', en: '1 day' }, now + DAY_MS],
  ];
  const press = ([label, at]: [Text, number]) => {
    const onclick = () => {
      if (input !== null) input.value = localInput(at);
      changed();
    };
    return h('button', { type: 'button', class: 'switch', onclick }, say(label));
  };
  to.append(h('div', { class: 'ends' }, ...ends.map(press)));
  return [time('from', { vi: 'Từ', en: 'From' }, now), to];
}

/** A unit that was merged away is in no list: its code, or `former:94` for what is left of it alone. The server knows which there were. */
const OLD_UNIT = /^(former:)?\d{2,5}$/;

/** A unit that is no more stands for those that took it over, which is more than it was. */
function mergedText({ code, into }: Preview['merged'][number]): Text {
  const units = into.map((one) => `${one.name} (${one.code})`).join(', ');
  return {
    vi: `${code} đã sáp nhập: tắt báo toàn bộ ${units}.`,
    en: `${code} was merged away: this silences all of ${units}.`,
  };
}

function previewCard({ open, severities, examples, merged }: Preview, save: () => void): HTMLElement {
  const critical = severities.critical;
  const parts = SEVERITIES.filter((one) => severities[one] > 0).map(
    (one) => `${severities[one]} ${say(SEVERITY_NAMES[one]).toLowerCase()}`,
  );
  const text = { vi: `Tắt báo ${open} cảnh báo đang mở`, en: `Mutes ${open} open alerts` };
  const warning = {
    vi: 'Trong đó có cảnh báo khẩn cấp: sẽ không ai được báo.',
    en: 'Critical ones among them: nobody will be told.',
  };
  return h(
    'div',
    { class: 'made' },
    h('p', {}, h('b', {}, `${say(text)}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}.`)),
    ...merged.map((one) => h('p', {}, say(mergedText(one)))),
    critical > 0 ? h('p', { class: 'level-critical' }, say(warning)) : null,
    h(
      'ul',
      { class: 'silenced' },
      ...examples.map((line) => h('li', {}, severityChip(line.severity), ` ${say(line.title)} · ${placeOf(line)}`)),
    ),
    h('button', { type: 'button', class: 'button', onclick: save }, say({ vi: 'Tắt báo', en: 'Silence' })),
  );
}
