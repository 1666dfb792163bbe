import type { Brief } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { say } from '../language.js';
import { briefFile, briefParts, briefTitle } from './brief-lines.js';
import { keep, recallKept, type Kept } from './kept.js';

/** `/m/brief`: the brief of a day; without a network the one that was seen last. */
export async function briefView(day: string | null): Promise<HTMLElement> {
  const query = day === null ? '' : `?day=${encodeURIComponent(day)}`;
  try {
    const brief = await call<Brief>('GET', `/v1/brief${query}`);
    if (day === null || brief.kept) await keep('brief', brief, brief.at);
    return draw(brief, null);
  } catch (error) {
    const kept: Kept<Brief> | null = await recallKept<Brief>('brief');
    const unreachable = !(error instanceof ApiError) || error.status === 0;
    if (unreachable && kept && (day === null || kept.value.day === day)) return draw(kept.value, kept.at);
    return frame(
      say({ vi: 'Bản tin sáng', en: 'Morning brief' }),
      h('p', { class: 'alert' }, (error as Error).message),
    );
  }
}

/** What stands there until the brief is made: seconds, where the hub has much to do. */
export const briefComing = (): HTMLElement =>
  frame(
    say({ vi: 'Bản tin sáng', en: 'Morning brief' }),
    h('p', { class: 'nothing', role: 'status' }, say({ vi: 'Đang lập bản tin…', en: 'Making the brief…' })),
  );

const draw = (brief: Brief, keptAt: number | null): HTMLElement =>
  frame(
    briefTitle(brief.day),
    keptAt === null
      ? null
      : h(
          'p',
          { class: 'down' },
          `${say({ vi: 'Ngoại tuyến – bản đã tải lúc', en: 'Offline – as loaded at' })} ${formatMoment(keptAt)}`,
        ),
    ...briefParts(brief, (path) => path.replace(/^\/alerts\//, '/m/alerts/')),
    h(
      'a',
      { class: 'button plain', href: briefFile(brief.day), target: '_blank' },
      say({ vi: 'Tải bản PDF', en: 'Get the PDF' }),
    ),
  );

const frame = (title: string, ...content: (Node | null)[]): HTMLElement =>
  h('main', { class: 'phone-main brief' }, h('h1', {}, title), ...content);
