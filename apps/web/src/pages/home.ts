import { ApiError, call, listOf } from '../api.js';
import type { BoardEntry } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { forgetMe } from '../me.js';
import { alertBox, desk, field, tell } from './desk.js';

/** `/`: the boards for who is signed in, the form for who is not. */
export async function homePage(parent: HTMLElement): Promise<void> {
  let boards: BoardEntry[];
  try {
    boards = listOf<BoardEntry>(await call('GET', '/v1/boards'));
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    signIn(parent, status === 401 || status === 403 ? null : error instanceof Error ? error.message : null);
    return;
  }
  list(parent, boards);
}

function list(parent: HTMLElement, boards: readonly BoardEntry[]): void {
  desk(
    parent,
    say({ vi: 'Các bảng điều hành', en: 'Boards' }),
    [],
    () => list(parent, boards),
    boards.length === 0
      ? h(
          'p',
          { class: 'nothing' },
          say({ vi: 'Tài khoản này chưa được xem bảng nào.', en: 'This account may see no board yet.' }),
        )
      : h(
          'ul',
          { class: 'boards' },
          ...boards.map((board) =>
            h(
              'li',
              {},
              h(
                'a',
                { href: `/wall/${encodeURIComponent(board.id)}` },
                h('b', {}, say(board.title)),
                h('span', {}, `/wall/${board.id}`),
              ),
            ),
          ),
        ),
  );
}

function signIn(parent: HTMLElement, message: string | null): void {
  const box = alertBox();
  tell(box, message);
  const button = h('button', { type: 'submit', class: 'button' }, say({ vi: 'Đăng nhập', en: 'Sign in' }));
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    button.disabled = true;
    tell(box, null);
    try {
      await call('POST', '/v1/session', { login: data.get('login'), password: data.get('password') });
      forgetMe();
      await homePage(parent);
    } catch (error) {
      const wrong = error instanceof ApiError && error.status === 401;
      tell(
        box,
        wrong
          ? say({ vi: 'Tên đăng nhập hoặc mật khẩu không đúng.', en: 'The login or the password is wrong.' })
          : String((error as Error).message),
      );
      button.disabled = false;
    }
  };
  const form = h(
    'form',
    { class: 'panel narrow', onsubmit: (event: SubmitEvent) => void send(event) },
    field(say({ vi: 'Tên đăng nhập', en: 'Login' }), {
      name: 'login',
      autocomplete: 'username',
      required: true,
      autofocus: true,
      spellcheck: 'false',
    }),
    field(say({ vi: 'Mật khẩu', en: 'Password' }), {
      name: 'password',
      type: 'password',
      autocomplete: 'current-password',
      required: true,
    }),
    box,
    button,
  );
  desk(parent, say({ vi: 'Đăng nhập', en: 'Sign in' }), [], () => signIn(parent, null), form);
  form.querySelector('input')?.focus();
}
