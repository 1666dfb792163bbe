import type { Brief } from '#libs/contracts';
import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { briefFile, briefParts, briefTitle } from '../phone/brief-lines.js';
import { alertBox, desk, tell } from './desk.js';

/** `/brief`: the morning brief of today or of `?day=`, for a desk and for paper. */
export async function briefPage(parent: HTMLElement): Promise<void> {
  const day = new URLSearchParams(location.search).get('day');
  try {
    draw(parent, await call<Brief>('GET', `/v1/brief${day === null ? '' : `?day=${encodeURIComponent(day)}`}`));
  } catch (error) {
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say({ vi: 'Bản tin sáng', en: 'Morning brief' }), links(), () => void briefPage(parent), box);
  }
}

const links = (): Node[] => [h('a', { href: '/' }, say({ vi: 'Các bảng', en: 'Boards' }))];

function draw(parent: HTMLElement, brief: Brief): void {
  const ways = h(
    'p',
    { class: 'brief-ways' },
    h('a', { class: 'button', href: briefFile(brief.day) }, say({ vi: 'Bản PDF', en: 'PDF' })),
    h('button', { type: 'button', class: 'button', onclick: () => print() }, say({ vi: 'In', en: 'Print' })),
  );
  const page = h('div', { class: 'panel brief' }, ...briefParts(brief, (path) => path));
  desk(parent, briefTitle(brief.day), links(), () => draw(parent, brief), ways, page);
}
