import type { Brief, BriefLine } from '#libs/contracts';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { language, say } from '../language.js';
import { levelIcon, LEVEL_NAMES } from '../marks.js';

/** `24/11/2026` of `2026-11-24`. */
export const dayWords = (day: string): string => day.split('-').reverse().join('/');

export const briefTitle = (day: string): string =>
  say({ vi: `Bản tin sáng ${dayWords(day)}`, en: `Morning brief ${dayWords(day)}` });

/** The brief as every page shows it. `pathOf`: where a line's path leads on this page. */
export function briefParts(brief: Brief, pathOf: (path: string) => string): HTMLElement[] {
  const made = `${say({ vi: 'Lập lúc', en: 'Made at' })} ${formatMoment(brief.at)}`;
  const ahead = brief.kept
    ? ''
    : ` · ${say({ vi: 'xem trước, chưa phải bản của ngày', en: 'a look ahead, not yet the brief of the day' })}`;
  const simulated = brief.simulated ? ` · ${say({ vi: 'có số liệu mô phỏng', en: 'some figures are simulated' })}` : '';
  return [
    h('p', { class: 'brief-headline' }, say(brief.headline)),
    ...brief.parts.map(({ part, title, lines, more }) =>
      h(
        'section',
        { class: 'brief-part', 'aria-labelledby': `brief-${part}` },
        h('h2', { id: `brief-${part}` }, say(title)),
        lines.length === 0
          ? h('p', { class: 'nothing' }, say({ vi: 'Không có.', en: 'Nothing.' }))
          : h('ul', {}, ...lines.map((line) => lineOf(line, pathOf))),
        more > 0 ? h('p', { class: 'nothing' }, say({ vi: `… và ${more} mục khác`, en: `… and ${more} more` })) : null,
      ),
    ),
    h('p', { class: 'brief-foot' }, made + ahead + simulated),
  ];
}

function lineOf({ name, value, note, level, path }: BriefLine, pathOf: (path: string) => string): HTMLElement {
  const icon = level === 'unknown' ? null : levelIcon(level);
  const word = icon ? h('span', { class: 'unseen' }, `${say(LEVEL_NAMES[level])}: `) : null;
  const inner = [
    h('span', { class: 'brief-mark' }, icon, word),
    h('span', { class: 'brief-name' }, say(name)),
    value ? h('b', { class: icon ? `level-${level}` : '' }, say(value)) : null,
    note ? h('small', {}, say(note)) : null,
  ];
  if (path === null) return h('li', {}, h('span', { class: 'brief-line' }, ...inner));
  const href = pathOf(path);
  return h('li', {}, h('a', { class: 'brief-line', href, 'data-go': href.startsWith('/m') }, ...inner));
}

/** Address of the PDF, in the language of the page. */
export const briefFile = (day: string): string => `/v1/brief.pdf?day=${day}&lang=${language()}`;
