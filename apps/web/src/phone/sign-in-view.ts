import { ApiError } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { signIn, type Me } from './session.js';

/** The form for who is not signed in. */
export function signInView(message: string | null, done: (me: Me) => void): HTMLElement {
  const box = h('p', { class: 'alert', role: 'alert' }, message ?? '');
  const button = h('button', { type: 'submit', class: 'button big' }, say({ vi: 'Đăng nhập', en: 'Sign in' }));
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    button.disabled = true;
    box.textContent = '';
    try {
      done(await signIn(String(data.get('login')).trim(), String(data.get('password'))));
    } catch (error) {
      const wrong = error instanceof ApiError && error.status === 401;
      box.textContent = wrong
        ? say({ vi: 'Tên đăng nhập hoặc mật khẩu không đúng.', en: 'The login or the password is wrong.' })
        : (error as Error).message;
      button.disabled = false;
    }
  };
  return h(
    'main',
    { class: 'phone-main sign-in' },
    h('h1', {}, say({ vi: 'Trung tâm điều hành', en: 'Operations centre' })),
    h(
      'form',
      { onsubmit: (event: SubmitEvent) => void send(event) },
      field('login', say({ vi: 'Tên đăng nhập', en: 'Login' }), {
        autocomplete: 'username',
        autocapitalize: 'none',
        spellcheck: 'false',
      }),
      field('password', say({ vi: 'Mật khẩu', en: 'Password' }), {
        type: 'password',
        autocomplete: 'current-password',
      }),
      box,
      button,
    ),
  );
}

const field = (name: string, label: string, attributes: Record<string, string>): HTMLElement =>
  h('label', { class: 'phone-field' }, h('span', {}, label), h('input', { name, required: true, ...attributes }));
