import { SEVERITY_NAMES } from '#libs/contracts';
import type { AlertLine, Choice, Choices, Matcher, Silence, Text } from '#libs/contracts';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { say } from '../language.js';
import { mayOperate, whoAmI, type Me } from '../me.js';
import { faultOf } from './alert-faults.js';
import { choices, keyChoices, nameOfChoice } from './choices.js';
import { alertBox, desk, tell } from './desk.js';
import { wideTable } from './indicator-words.js';
import { silenceForm, suggestedFor, type Suggested } from './silence-form.js';

type Listed = Silence & { open: number };

const TITLE: Text = { vi: 'Tắt báo và bảo trì', en: 'Silences and maintenance' };

/**
 * `/silences`: alerts of which nobody is told for a time: which, how long, why, by whom. `?alert=<id>` suggests one for
 * that alert, `?rule=<id>` for a rule.
 */
export async function silencesPage(parent: HTMLElement): Promise<void> {
  const me = await whoAmI();
  if (me === null) return location.assign('/');
  try {
    const query = new URLSearchParams(location.search);
    const asked = query.get('alert');
    const [{ silences }, names, alert] = await Promise.all([
      call<{ silences: Listed[] }>('GET', '/v1/silences'),
      choices(),
      asked === null ? null : call<AlertLine>('GET', `/v1/alerts/${encodeURIComponent(asked)}`),
    ]);
    const rule = query.get('rule');
    const suggested = alert ? suggestedFor(alert) : rule === null ? null : { matcher: { rules: [rule] }, reason: '' };
    draw(parent, me, { silences, names, suggested });
  } catch (error) {
    const box = alertBox();
    tell(box, faultOf(error));
    desk(parent, say(TITLE), [], () => void silencesPage(parent), box);
  }
}

interface Shown {
  silences: readonly Listed[];
  names: Choices;
  /** What the address asks for. */
  suggested: Suggested | null;
}

function draw(parent: HTMLElement, me: Me, shown: Shown): void {
  const { silences, names, suggested } = shown;
  const again = () => {
    // What was asked for is done.
    history.replaceState(null, '', location.pathname);
    void silencesPage(parent);
  };
  const now = Date.now();
  const over = (one: Silence): boolean => one.endedAt !== null || Date.parse(one.to) <= now;
  const current = silences.filter((one) => !over(one));
  const past = silences.filter(over);
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, me, shown),
    h(
      'p',
      {},
      say({
        vi: 'Cảnh báo vẫn được ghi lại; chỉ không báo cho ai trong thời gian này.',
        en: 'Alerts are still recorded; nobody is told of them meanwhile.',
      }),
    ),
    // Whoever comes to silence an alert does that first.
    ...(suggested !== null && mayOperate(me) ? [silenceForm(names, suggested, again)] : []),
    list({ vi: 'Đang hoặc sắp có hiệu lực', en: 'In force or to come' }, current, names, mayOperate(me), again),
    ...(suggested === null && mayOperate(me) ? [silenceForm(names, null, again)] : []),
    ...(past.length === 0 ? [] : [list({ vi: 'Đã qua', en: 'Past' }, past, names, false, again)]),
  );
}

function list(
  title: Text,
  silences: readonly Listed[],
  names: Choices,
  mayEnd: boolean,
  again: () => void,
): HTMLElement {
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
      matcherText(one.matcher, names),
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
function matcherText({ rules, sectors, units, keys, severities }: Matcher, names: Choices): string {
  const named = (list: readonly string[] | undefined, known: readonly Choice[]): string[] =>
    (list ?? []).map((value) => nameOfChoice(known, value));
  const parts: [Text, readonly string[]][] = [
    [{ vi: 'quy tắc', en: 'rules' }, named(rules, names.rules)],
    [{ vi: 'lĩnh vực', en: 'sectors' }, named(sectors, names.sectors)],
    [{ vi: 'đơn vị', en: 'units' }, named(units, names.units)],
    [{ vi: 'điểm', en: 'keys' }, named(keys, keyChoices(names))],
    [{ vi: 'mức', en: 'severities' }, (severities ?? []).map((one) => say(SEVERITY_NAMES[one]))],
  ];
  return parts.flatMap(([name, list]) => (list.length > 0 ? [`${say(name)}: ${list.join(', ')}`] : [])).join(' · ');
}
