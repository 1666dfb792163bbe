import type { Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';
import type { Me } from '../me.js';

type Role = Me['role'];

const EVERYBODY: readonly Role[] = ['administrator', 'operator', 'leader'];
const OPERATORS: readonly Role[] = ['administrator', 'operator'];
const ADMINISTRATORS: readonly Role[] = ['administrator'];

/** Every page of the console, in one place: who has use for it finds it on each of them. */
const PAGES: readonly { href: string; name: Text; roles: readonly Role[] }[] = [
  { href: '/', name: { vi: 'Các bảng', en: 'Boards' }, roles: EVERYBODY },
  { href: '/alerts', name: { vi: 'Cảnh báo', en: 'Alerts' }, roles: EVERYBODY },
  { href: '/on-call', name: { vi: 'Lịch trực', en: 'On call' }, roles: EVERYBODY },
  { href: '/rules', name: { vi: 'Quy tắc', en: 'Rules' }, roles: OPERATORS },
  { href: '/silences', name: { vi: 'Tắt báo', en: 'Silences' }, roles: EVERYBODY },
  { href: '/channels', name: { vi: 'Kênh gửi', en: 'Channels' }, roles: ADMINISTRATORS },
  { href: '/people', name: { vi: 'Người dùng', en: 'People' }, roles: ADMINISTRATORS },
  // Others than administrators find there where they themselves are reached.
  { href: '/people', name: { vi: 'Nơi nhận tin', en: 'My contacts' }, roles: ['operator', 'leader'] },
  { href: '/brief', name: { vi: 'Bản tin sáng', en: 'Morning brief' }, roles: EVERYBODY },
  { href: '/catalogue', name: { vi: 'Danh mục', en: 'Catalogue' }, roles: EVERYBODY },
  { href: '/entries', name: { vi: 'Nhập số liệu', en: 'Entry' }, roles: OPERATORS },
  { href: '/admin', name: { vi: 'Quản trị', en: 'Administration' }, roles: ADMINISTRATORS },
];

/** Links of a person's role; the one of this page is marked. */
export function linksOf({ role }: Me): HTMLAnchorElement[] {
  return PAGES.filter(({ roles }) => roles.includes(role)).map(({ href, name }) =>
    h('a', { href, ...(isHere(href) ? { 'aria-current': 'page' } : {}) }, say(name)),
  );
}

const isHere = (href: string): boolean =>
  href === '/' ? location.pathname === '/' : location.pathname.split('/')[1] === href.slice(1);
