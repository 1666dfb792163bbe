import { SEVERITIES } from '#libs/contracts';
import type { AlertLine, Matcher, Severity, Silence, Text } from '#libs/contracts';
import { placeOf, SEVERITY_NAMES, severityChip, WORST_FIRST } from '../alert-words.js';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { say } from '../language.js';
import { mayOperate, whoAmI, type Me } from '../me.js';
import { alertBox, choice, desk, field, tell } from './desk.js';
import { faultOf } from './alert-faults.js';
import { wideTable } from './indicator-words.js';

type Listed = Silence & { open: number };

interface Preview {
  open: number;
  severities: Record<Severity, number>;
  examples: AlertLine[];
}

const TITLE: Text = { vi: 'Tắt báo và bảo trì', en: 'Silences and maintenance' };
const KINDS: Record<Silence['kind'], Text> = {
  silence: { vi: 'Tắt báo (≤ 7 ngày)', en: 'Silence (≤ 7 days)' },
  maintenance: { vi: 'Bảo trì (≤ 30 ngày)', en: 'Maintenance (≤ 30 days)' },
};
const VN_MINUTES = 7 * 60;

/** `/silences`: alerts of which nobody is told for a time: which, how long, why, by whom. */
export async function silencesPage(parent: HTMLElement): Promise<void> {
  const me = await whoAmI();
  if (me === null) return location.assign('/');
  try {
    const { silences } = await call<{ silences: Listed[] }>('GET', '/v1/silences');
    draw(parent, me, silences);
  } catch (error) {
    const box = alertBox();
    tell(box, faultOf(error));
    desk(parent, say(TITLE), [], () => void silencesPage(parent), box);
  }
}

function draw(parent: HTMLElement, me: Me, silences: readonly Listed[]): void {
  const again = () => void silencesPage(parent);
  const now = Date.now();
  const over = (one: Silence): boolean => one.endedAt !== null || Date.parse(one.to) <= now;
  const current = silences.filter((one) => !over(one));
  const past = silences.filter(over);
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, me, silences),
    h(
      'p',
      {},
      say({
        vi: 'Cảnh báo vẫn được ghi lại; chỉ không báo cho ai trong thời gian này.',
        en: 'Alerts are still recorded; nobody is told of them meanwhile.',
      }),
    ),
    list({ vi: 'Đang hoặc sắp có hiệu lực', en: 'In force or to come' }, current, mayOperate(me), again),
    ...(mayOperate(me) ? [form(again)] : []),
    ...(past.length === 0 ? [] : [list({ vi: 'Đã qua', en: 'Past' }, past, false, again)]),
  );
}

function list(title: Text, silences: readonly Listed[], mayEnd: boolean, again: () => void): HTMLElement {
  const box = alertBox();
  const end = async (one: Listed) => {
    const ask = {
      vi: `Kết thúc ngay? ${one.open} cảnh báo đang mở sẽ được báo trở lại.`,
      en: `End it now? ${one.open} open alerts will be told again.`,
    };
    if (!confirm(say(ask))) return;
    try {
      await call('POST', `/v1/silences/${one.id}/end`);
      again();
    } catch (error) {
      tell(box, faultOf(error));
    }
  };
  const head = [
    { vi: 'Cảnh báo nào', en: 'Which alerts' },
    { vi: 'Thời gian', en: 'Time' },
    { vi: 'Lý do', en: 'Reason' },
    { vi: 'Người đặt', en: 'By' },
    { vi: 'Đang mở', en: 'Open now' },
    ...(mayEnd ? [{ vi: 'Việc', en: 'Do' }] : []),
  ];
  const rows = silences.map((one) => [
    h(
      'span',
      {},
      matcherText(one.matcher),
      h('small', {}, ` ${one.kind === 'maintenance' ? say({ vi: 'bảo trì', en: 'maintenance' }) : ''}`),
    ),
    `${formatMoment(Date.parse(one.from))} – ${formatMoment(Date.parse(one.endedAt ?? one.to))}`,
    one.reason,
    one.by,
    String(one.open),
    ...(mayEnd
      ? [
          h(
            'button',
            {
              type: 'button',
              class: 'switch',
              onclick: () => void end(one),
              'aria-label': `${say({ vi: 'Kết thúc', en: 'End' })}: ${one.reason}`,
            },
            say({ vi: 'Kết thúc', en: 'End' }),
          ),
        ]
      : []),
  ]);
  const nothing = h('p', { class: 'nothing' }, say({ vi: 'Không có.', en: 'None.' }));
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say(title)),
    box,
    rows.length === 0 ? nothing : wideTable(title, head, rows),
  );
}

/** What a matcher is about, in words. */
function matcherText(matcher: Matcher): string {
  const parts: [Text, readonly string[] | undefined][] = [
    [{ vi: 'quy tắc', en: 'rules' }, matcher.rules],
    [{ vi: 'lĩnh vực', en: 'sectors' }, matcher.sectors],
    [{ vi: 'đơn vị', en: 'units' }, matcher.units],
    [{ vi: 'điểm', en: 'keys' }, matcher.keys],
    [{ vi: 'mức', en: 'severities' }, matcher.severities?.map((one) => say(SEVERITY_NAMES[one]))],
  ];
  return parts.flatMap(([name, list]) => (list?.length ? [`${say(name)}: ${list.join(', ')}`] : [])).join(' · ');
}

const words = (value: FormDataEntryValue | null): string[] =>
  String(value ?? '')
    .split(/[\s,;]+/)
    .filter((word) => word !== '');

/** `2026-11-26T08:00` of the form is a time in Vietnam. */
const zoned = (value: string): string => `${value}:00+07:00`;
const inForm = (at: number): string => new Date(at + VN_MINUTES * 60_000).toISOString().slice(0, 16);

function form(again: () => void): HTMLElement {
  const box = alertBox();
  const preview = h('div', { class: 'preview', role: 'status' });
  const now = Date.now();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    tell(box, null);
    preview.replaceChildren();
    const severities = data.getAll('severities').map(String);
    const given = {
      rules: words(data.get('rules')),
      sectors: words(data.get('sectors')),
      units: words(data.get('units')),
      keys: words(data.get('keys')),
      severities,
    };
    const matcher = Object.fromEntries(Object.entries(given).filter(([, values]) => values.length > 0));
    const body = {
      kind: String(data.get('kind')),
      matcher,
      from: zoned(String(data.get('from'))),
      to: zoned(String(data.get('to'))),
      reason: String(data.get('reason')).trim(),
    };
    try {
      const would = await call<Preview>('POST', '/v1/silences/preview', { matcher });
      preview.replaceChildren(previewCard(would, () => void save(body)));
      preview.querySelector('button')?.focus();
    } catch (error) {
      tell(box, faultOf(error));
    }
  };
  const save = async (body: object) => {
    try {
      await call('POST', '/v1/silences', body);
      again();
    } catch (error) {
      tell(box, faultOf(error));
    }
  };
  const hint = say({
    vi: 'Mã, cách nhau bằng dấu phẩy; trống là tất cả',
    en: 'Codes, separated by commas; empty for all',
  });
  const severity = (one: Severity) => {
    const id = `severity-${one}`;
    return h(
      'label',
      { for: id, class: 'tickbox' },
      h('input', { type: 'checkbox', id, name: 'severities', value: one }),
      severityChip(one),
    );
  };
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Đặt mới', en: 'New' })),
    h(
      'form',
      { class: 'row', onsubmit: (event: SubmitEvent) => void send(event) },
      choice(
        say({ vi: 'Loại', en: 'Kind' }),
        { name: 'kind' },
        (['silence', 'maintenance'] as const).map((value) => ({ value, label: say(KINDS[value]) })),
      ),
      field(
        say({ vi: 'Quy tắc', en: 'Rules' }),
        { name: 'rules', value: new URLSearchParams(location.search).get('rule') ?? '' },
        hint,
      ),
      field(say({ vi: 'Lĩnh vực', en: 'Sectors' }), { name: 'sectors' }, hint),
      field(
        say({ vi: 'Đơn vị', en: 'Units' }),
        { name: 'units' },
        say({ vi: 'Mã đơn vị, gồm cả cấp dưới; trống là tất cả', en: 'Codes, each with all below; empty for all' }),
      ),
      field(say({ vi: 'Điểm đo, mã phân loại', en: 'Stations, keys' }), { name: 'keys' }, hint),
      h(
        'fieldset',
        { class: 'field' },
        h('legend', {}, say({ vi: 'Mức độ', en: 'Severities' })),
        ...WORST_FIRST.map(severity),
        h('small', {}, say({ vi: 'Không chọn là mọi mức', en: 'None chosen: all' })),
      ),
      field(say({ vi: 'Từ', en: 'From' }), {
        name: 'from',
        type: 'datetime-local',
        required: true,
        value: inForm(now),
      }),
      field(say({ vi: 'Đến', en: 'To' }), {
        name: 'to',
        type: 'datetime-local',
        required: true,
        value: inForm(now + 2 * 3_600_000),
      }),
      field(
        say({ vi: 'Lý do', en: 'Reason' }),
        { name: 'reason', required: true, maxlength: '300' },
        say({ vi: 'Bắt buộc; mọi người đều thấy', en: 'Required; everybody sees it' }),
      ),
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Xem trước', en: 'Preview' })),
    ),
    box,
    preview,
  );
}

function previewCard({ open, severities, examples }: Preview, save: () => void): HTMLElement {
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
    critical > 0 ? h('p', { class: 'level-critical' }, say(warning)) : null,
    h(
      'ul',
      { class: 'silenced' },
      ...examples.map((line) => h('li', {}, severityChip(line.severity), ` ${say(line.title)} · ${placeOf(line)}`)),
    ),
    h('button', { type: 'button', class: 'button', onclick: save }, say({ vi: 'Tắt báo', en: 'Silence' })),
  );
}
