import type { PersonRole } from '#libs/contracts';
import { PERSON_ROLES } from '#libs/contracts';
import { h } from '../../dom.js';
import { say } from '../../language.js';

export const isAtLeast = (role: PersonRole, least: PersonRole): boolean =>
  PERSON_ROLES.indexOf(role) >= PERSON_ROLES.indexOf(least);

/** Ways from the pages of people and duty to the others. */
export const deskLinks = (): HTMLElement[] => [
  h('a', { href: '/on-call' }, say({ vi: 'Trực', en: 'On call' })),
  h('a', { href: '/people' }, say({ vi: 'Người dùng', en: 'People' })),
  h('a', { href: '/' }, say({ vi: 'Các bảng', en: 'Boards' })),
];
