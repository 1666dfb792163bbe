import type { Text } from '#libs/contracts';
import { call } from '../api.js';
import { h } from '../dom.js';
import { formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { faultOf, type Entry } from './entry-words.js';

interface Step {
  at: string;
  actor: string;
  action: string;
  detail: { value?: number | null; reason?: string; corrects?: number };
}

const ACTIONS: Record<string, Text> = {
  'entry.draft': { vi: 'nhập', en: 'entered' },
  'entry.change': { vi: 'sửa nháp', en: 'changed the draft' },
  'entry.submit': { vi: 'trình', en: 'submitted' },
  'entry.return': { vi: 'trả lại', en: 'returned' },
  'entry.approve': { vi: 'duyệt', en: 'approved' },
  'entry.publish': { vi: 'công bố', en: 'published' },
};

/** What was done to a figure, by whom and why; asked for when somebody opens it. */
export function historyOf({ id }: Entry, name: string): HTMLElement {
  const list = h('ol', { class: 'entry-steps', 'aria-live': 'polite' });
  const load = async (): Promise<void> => {
    try {
      const { steps } = await call<{ steps: Step[] }>('GET', `/v1/entries/${encodeURIComponent(id)}/history`);
      list.replaceChildren(...steps.map((step) => h('li', {}, sentence(step))));
    } catch (error) {
      list.replaceChildren(h('li', { class: 'fault' }, faultOf(error)));
    }
  };
  return h(
    'details',
    { ontoggle: (event: Event) => void ((event.currentTarget as HTMLDetailsElement).open && load()) },
    h('summary', {}, say({ vi: 'Lịch sử', en: 'History' }), h('span', { class: 'unseen' }, ` ${name}`)),
    list,
  );
}

function sentence({ at, actor, action, detail: { value, reason, corrects } }: Step): string {
  const done = say(ACTIONS[action] ?? { vi: action, en: action });
  const what = corrects === undefined ? done : say({ vi: `sửa số v${corrects}`, en: `corrected v${corrects}` });
  const said =
    value === undefined
      ? ''
      : `: ${value === null ? say({ vi: 'rút số', en: 'withdrawn' }) : formatNumber(value, Number.isInteger(value) ? 0 : 2)}`;
  const why = reason === undefined ? '' : ` – ${say({ vi: 'lý do', en: 'reason' })}: ${reason}`;
  return `${formatMoment(Date.parse(at))} ${actor} ${what}${said}${why}`;
}
