import type { Breakdown, Explanation, Text } from '#libs/contracts';
import { h } from '../dom.js';
import { formatNumber } from '../format.js';
import { say } from '../language.js';
import { dimensionName, wideTable } from './indicator-words.js';

/** What the page is asked for; null: not said. */
export interface Asked {
  at: string | null;
  by: string | null;
  key: string | null;
}

export function askedOf(search: string): Asked {
  const query = new URLSearchParams(search);
  const by = query.get('by');
  return {
    at: query.get('at'),
    by: by !== null && /^[a-z][a-z0-9-]{0,39}$/.test(by) ? by : null,
    key: query.get('key'),
  };
}

/** `?at=…&by=…`, without what is not said; empty where nothing is. */
export function searchOf(asked: Partial<Asked>): string {
  const said = Object.entries(asked).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as [string, string]],
  );
  return said.length === 0 ? '' : `?${new URLSearchParams(said).toString()}`;
}

/** By what the number can be taken apart, and the table where it was. */
export function apartSection(
  { dimensions, dimensionNames, only }: Explanation,
  apart: Breakdown | null,
): HTMLElement[] {
  if (dimensions.length === 0) return [];
  const { at, by } = askedOf(location.search);
  const link = (to: string | null, text: string): HTMLElement =>
    h(
      'a',
      {
        href: `${location.pathname}${searchOf({ at, by: to })}`,
        ...(to === by && !only ? { 'aria-current': 'page' } : {}),
      },
      text,
    );
  const choices = [
    link(null, say({ vi: 'Tất cả', en: 'All' })),
    ...dimensions.map((name) => link(name, say(dimensionName(name, dimensionNames)))),
  ];
  const section = h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Chia theo', en: 'Taken apart by' })),
    h('p', {}, ...choices.flatMap((choice, i) => (i === 0 ? [choice] : [' · ', choice]))),
    ...(apart ? tableOf(apart, dimensionName(apart.by, dimensionNames), at) : []),
  );
  return [section];
}

const WHOLE: Text = { vi: 'toàn bộ', en: 'whole' };
const OVERLAP: Text = {
  vi: 'Dòng “toàn bộ” gồm cả mọi đơn vị bên trong, trùng với các dòng khác: không cộng các dòng với nhau.',
  en: 'A row marked “whole” includes all units within it and overlaps other rows: rows are not to be added.',
};

function tableOf({ by, indicator, parts, rows, total }: Breakdown, first: Text, at: string | null): HTMLElement[] {
  const show = (value: number | null, digits: number): string => (value === null ? '–' : formatNumber(value, digits));
  const here = rows.map(({ key, label, whole, value, parts: own }) => [
    h(
      'a',
      { href: `${location.pathname}${searchOf({ at, by, key })}` },
      `${say(label) || key || '–'}${whole ? ` (${say(WHOLE)})` : ''}`,
    ),
    show(value, indicator.format.digits),
    ...own.map((part, i) => show(part, parts[i]?.format.digits ?? 2)),
  ]);
  const head = [first, indicator.title, ...parts.map(({ title }) => title)];
  const rest = total - rows.length;
  // Directly in the panel: a box between would not let the table scroll.
  return [
    wideTable(indicator.title, head, here),
    ...(rows.some(({ whole }) => whole) ? [h('p', {}, say(OVERLAP))] : []),
    ...(rest > 0 ? [h('p', {}, say({ vi: `… và ${rest} dòng khác`, en: `… and ${rest} more rows` }))] : []),
  ];
}
