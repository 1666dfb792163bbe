import type { Breakdown, Explanation } from '#libs/contracts';
import { ask, timeOf } from '../api.js';
import { h } from '../dom.js';
import { formatAge, formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { LEVEL_NAMES, levelChip, simulatedMark } from '../marks.js';
import { alertBox, desk, tell } from './desk.js';
import { apartSection, askedOf, searchOf } from './indicator-apart.js';
import { part } from './indicator-parts.js';
import { FREQUENCIES, levelWords, promiseText, SHARING, valueText, wideTable } from './indicator-words.js';

/**
 * `/indicators/<code>`: how a number comes about, now or at the moment `?at=`; with `?by=` for each value of a dimension,
 * with `&key=` of one of them only.
 */
export async function indicatorPage(code: string, parent: HTMLElement): Promise<void> {
  const { at, by, key } = askedOf(location.search);
  try {
    const path = `/v1/indicators/${encodeURIComponent(code)}`;
    const explained = ask<Explanation>(`${path}/explain${searchOf(key === null ? { at } : { at, by, key })}`);
    const apart = by === null || key !== null ? null : ask<Breakdown>(`${path}/by/${by}${searchOf({ at })}`);
    draw(parent, ...(await Promise.all([explained, apart])));
  } catch (error) {
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, code, links(), () => void indicatorPage(code, parent), box);
  }
}

const links = () => [
  h('a', { href: '/catalogue' }, say({ vi: 'Danh mục', en: 'Catalogue' })),
  h('a', { href: '/' }, say({ vi: 'Các bảng', en: 'Boards' })),
];

function draw(parent: HTMLElement, explanation: Explanation, apart: Breakdown | null): void {
  const { indicator, only } = explanation;
  desk(
    parent,
    only ? `${say(indicator.title)}: ${say(only.label)}` : say(indicator.title),
    links(),
    () => draw(parent, explanation, apart),
    summary(explanation),
    ...apartSection(explanation, apart),
    section({ vi: 'Công thức và số thay vào', en: 'The formula and what was put in' }, [
      h('ul', { class: 'explained' }, part(explanation.explained, explanation.indicator.format.digits)),
    ]),
    section({ vi: 'Nguồn dữ liệu', en: 'Sources' }, [sourceTable(explanation)]),
    section({ vi: 'Sự kiện gần nhất', en: 'Newest events' }, [eventTable(explanation)]),
  );
}

const section = (title: { vi: string; en: string }, content: readonly Node[]): HTMLElement =>
  h('section', { class: 'panel' }, h('h2', {}, say(title)), ...content);

function summary({ indicator, at, fresh, byHand }: Explanation): HTMLElement {
  const observed = timeOf(indicator.observedAt);
  const rows: [string, Node | string][] = [
    [say({ vi: 'Cách tính', en: 'How it is made' }), say(indicator.note)],
    [say({ vi: 'Cơ quan chịu trách nhiệm', en: 'Owner' }), indicator.owner ? say(indicator.owner) : '–'],
    [
      say({ vi: 'Ngưỡng', en: 'Thresholds' }),
      levelWords(indicator).join(' · ') || say({ vi: 'không đặt ngưỡng', en: 'none' }),
    ],
    [say({ vi: 'Kỳ', en: 'Period' }), say(FREQUENCIES[indicator.frequency])],
    [
      say({ vi: 'Cam kết độ mới', en: 'Promised freshness' }),
      indicator.freshness ? say(indicator.freshness) : say({ vi: 'theo từng nguồn', en: 'as each source promises' }),
    ],
    [say({ vi: 'Số liệu mới nhất', en: 'Newest observation' }), observed === null ? '–' : formatMoment(observed)],
    [
      say({ vi: 'Nhập tay', en: 'Entered by hand' }),
      say({
        vi: `${byHand.values} trong ${byHand.of} số thay vào`,
        en: `${byHand.values} of ${byHand.of} numbers put in`,
      }),
    ],
    [say({ vi: 'Chia sẻ', en: 'Sharing' }), say(SHARING[indicator.sharing])],
    [say({ vi: 'Mã', en: 'Code' }), h('code', {}, indicator.code)],
  ];
  if (indicator.target !== null) {
    const target = formatNumber(indicator.target, indicator.format.digits);
    rows.unshift([say({ vi: 'Mục tiêu', en: 'Target' }), `${target} ${say(indicator.format.unit)}`]);
  }
  const asOf = `${say({ vi: 'tính đến', en: 'as of' })} ${formatMoment(Date.parse(at))}`;
  const behind = fresh ? '' : ` · ${say({ vi: 'có thể đang chậm', en: 'may be behind' })}`;
  return h(
    'section',
    { class: 'panel' },
    h('p', { class: 'value' }, h('b', {}, valueText(indicator)), ' ', levelChip(indicator.level)),
    h(
      'p',
      {},
      asOf + behind,
      indicator.forecast ? ` · ${say({ vi: 'dự báo', en: 'forecast' })}` : '',
      indicator.late ? ` · ${say({ vi: 'trễ so với cam kết', en: 'late by its promise' })}` : '',
    ),
    h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
  );
}

function sourceTable({ at, sources }: Explanation): HTMLElement {
  const head = [
    { vi: 'Nguồn', en: 'Source' },
    { vi: 'Cam kết gửi', en: 'Promised' },
    { vi: 'Nhận lần cuối', en: 'Last received' },
    { vi: 'Trạng thái', en: 'State' },
  ];
  return wideTable(
    { vi: 'Nguồn dữ liệu', en: 'Sources' },
    head,
    sources.map((source) => {
      const seen = timeOf(source.lastSeen);
      return [
        h('span', {}, source.name, ' ', source.simulated ? simulatedMark() : null),
        promiseText(source.every),
        // As of the moment that the number is of.
        seen === null ? '–' : formatAge(Math.max(0, Date.parse(at) - seen)),
        levelChip(source.level) ?? say(LEVEL_NAMES.ok),
      ];
    }),
  );
}

function eventTable({ events, eventsNote }: Explanation): HTMLElement {
  if (eventsNote) return h('p', {}, say(eventsNote));
  const head = [
    { vi: 'Thời điểm', en: 'Time' },
    { vi: 'Loại', en: 'Type' },
    { vi: 'Nguồn', en: 'Source' },
    { vi: 'Đơn vị', en: 'Unit' },
    { vi: 'Mã sự kiện', en: 'Event id' },
  ];
  return wideTable(
    { vi: 'Sự kiện gần nhất', en: 'Newest events' },
    head,
    events.map((event) => [
      formatMoment(Date.parse(event.time)),
      h('code', {}, event.type),
      event.source,
      event.unit ?? '–',
      h('code', {}, event.id),
    ]),
  );
}
