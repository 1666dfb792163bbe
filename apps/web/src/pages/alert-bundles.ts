import { severityChip } from '../alert-words.js';
import { h } from '../dom.js';
import { formatAge, formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import type { Bundle } from './alert-query.js';
import { wideTable } from './indicator-words.js';

const HEAD = [
  { vi: 'Quy tắc', en: 'Rule' },
  { vi: 'Mức nặng nhất', en: 'Worst' },
  { vi: 'Số cảnh báo', en: 'Alerts' },
  { vi: 'Chưa ai xác nhận', en: 'Unanswered' },
  { vi: 'Mới nhất', en: 'Newest' },
];

/** Alerts bundled by rule; each bundle leads to its alerts. */
export function bundleTable(bundles: readonly Bundle[], addressOf: (bundle: Bundle) => string): HTMLElement {
  if (bundles.length === 0)
    return h('p', { class: 'nothing' }, say({ vi: 'Không có cảnh báo nào.', en: 'No alerts.' }));
  const table = wideTable(
    { vi: 'Cảnh báo theo quy tắc', en: 'Alerts by rule' },
    HEAD,
    bundles.map((bundle) => [
      h(
        'span',
        {},
        h('a', { href: addressOf(bundle) }, say(bundle.title)),
        h('small', {}, ` ${bundle.rule ?? bundle.origin}`),
      ),
      severityChip(bundle.severity),
      formatNumber(bundle.count, 0),
      formatNumber(bundle.unanswered, 0),
      h('time', { title: formatMoment(bundle.newestAt) }, formatAge(Date.now() - bundle.newestAt)),
    ]),
  );
  return h('section', { class: 'panel' }, table);
}
