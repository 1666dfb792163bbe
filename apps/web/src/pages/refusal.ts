import type { Text } from '#libs/contracts';
import { call, listOf } from '../api.js';
import type { BoardEntry } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import type { Denied } from '../live-client.js';
import { recall } from '../settings.js';

/** Boards that are offered instead, at most. */
const MOST_WAYS = 12;

interface Refusal {
  title: Text;
  advice: Text;
}

const REVOKED: Refusal = {
  title: { vi: 'Quyền xem của màn hình này đã bị thu hồi', en: 'Access of this screen was withdrawn' },
  advice: {
    vi: 'Hãy xin quản trị viên một liên kết màn hình mới rồi mở liên kết đó tại đây.',
    en: 'Ask an administrator for a new wall link and open it here.',
  },
};

const noAccess = (linked: boolean): Refusal => ({
  title: linked
    ? { vi: 'Liên kết của màn hình này không còn hiệu lực', en: 'The link of this screen is no longer valid' }
    : { vi: 'Màn hình này chưa được cấp quyền xem', en: 'This screen has no access yet' },
  advice: {
    vi: 'Hãy mở liên kết màn hình do quản trị viên cấp, hoặc đăng nhập.',
    en: 'Open the wall link that an administrator gave you, or sign in.',
  },
});

const otherBoards = (linked: boolean): Refusal => ({
  title: linked
    ? { vi: 'Liên kết này không có quyền xem bảng này', en: 'This link does not cover this board' }
    : { vi: 'Tài khoản này không có quyền xem bảng này', en: 'This account may not see this board' },
  advice: {
    vi: 'Hãy mở một bảng trong quyền xem, hoặc xin quản trị viên một liên kết khác.',
    en: 'Open a board that it covers, or ask an administrator for another link.',
  },
});

const UNKNOWN: Refusal = {
  title: { vi: 'Không có bảng điều hành này', en: 'There is no such board' },
  advice: { vi: 'Hãy chọn một bảng trong danh sách.', en: 'Choose a board from the list.' },
};

function refusalOf(why: Denied, linked: boolean): Refusal {
  switch (why) {
    case 'revoked':
      return REVOKED;
    case 'no-access':
      return noAccess(linked);
    case 'other-boards':
      return otherBoards(linked);
    case 'unknown-board':
      return UNKNOWN;
  }
}

/** Why a screen shows no board, and what its viewer can do. */
export function refusalCard(why: Denied, boardId: string): HTMLElement {
  const { title, advice } = refusalOf(why, recall('wall-token') !== null);
  const home =
    why === 'unknown-board' ? say({ vi: 'Danh sách bảng', en: 'All boards' }) : say({ vi: 'Đăng nhập', en: 'Sign in' });
  const ways = h('p', { class: 'ways' }, h('a', { class: 'button', href: '/' }, home));
  if (why === 'other-boards') void offer(ways, boardId);
  return h('div', { class: 'card' }, h('h2', {}, say(title)), h('p', {}, say(advice)), ways);
}

/** The boards that the viewer may see, as ways out; where they cannot be asked for, the way home stays. */
async function offer(ways: HTMLElement, boardId: string): Promise<void> {
  const answer = call<unknown>('GET', '/v1/boards', undefined, recall('wall-token'));
  const boards = await answer.then(listOf<BoardEntry>, () => []);
  const links = boards
    .filter(({ id }) => id !== boardId)
    .slice(0, MOST_WAYS)
    .map(({ id, title }) => h('a', { class: 'button', href: `/wall/${encodeURIComponent(id)}` }, say(title)));
  if (links.length > 0) ways.replaceChildren(...links);
}
