import { h } from '../dom.js';
import { language, say } from '../language.js';
import { applyLanguage, applyTheme, themeNow } from '../settings.js';
import type { Actions, Model } from './model.js';
import { applyTextSize, matchSystemBar, TEXT_SIZES, textSize, type TextSize } from './preferences.js';
import { isApple, isInstalled, pushState, turnPushOff, turnPushOn, type PushState } from './push-door.js';

const SIZES: Record<TextSize, { vi: string; en: string }> = {
  normal: { vi: 'Vừa', en: 'Normal' },
  large: { vi: 'Lớn', en: 'Large' },
  largest: { vi: 'Rất lớn', en: 'Largest' },
};

/** `/m/settings`: messages to this phone, language, light, size of text, the way out. */
export function settingsView(model: Model, actions: Actions): HTMLElement {
  const push = h('section', { class: 'setting' });
  void drawPush(push);
  return h(
    'main',
    { class: 'phone-main settings' },
    h('h1', {}, say({ vi: 'Cài đặt', en: 'Settings' })),
    push,
    isInstalled() ? null : installHelp(),
    choice(
      { vi: 'Ngôn ngữ', en: 'Language' },
      'language',
      [
        ['vi', { vi: 'Tiếng Việt', en: 'Tiếng Việt' }],
        ['en', { vi: 'English', en: 'English' }],
      ],
      language(),
      (value) => {
        applyLanguage(value === 'en' ? 'en' : 'vi');
        actions.again();
      },
    ),
    choice(
      { vi: 'Nền', en: 'Theme' },
      'theme',
      [
        ['dark', { vi: 'Tối', en: 'Dark' }],
        ['light', { vi: 'Sáng', en: 'Light' }],
      ],
      themeNow(),
      (value) => {
        applyTheme(value === 'light' ? 'light' : 'dark');
        matchSystemBar();
      },
    ),
    choice(
      { vi: 'Cỡ chữ', en: 'Text size' },
      'size',
      TEXT_SIZES.map((size) => [size, SIZES[size]]),
      textSize(),
      (value) => applyTextSize(TEXT_SIZES.find((size) => size === value) ?? 'normal'),
    ),
    account(model, actions),
  );
}

function choice(
  title: { vi: string; en: string },
  name: string,
  options: [value: string, words: { vi: string; en: string }][],
  chosen: string,
  take: (value: string) => void,
): HTMLElement {
  return h(
    'fieldset',
    { class: 'choice' },
    h('legend', {}, say(title)),
    ...options.map(([value, words]) =>
      h(
        'label',
        {},
        h('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => take(value) }),
        h('span', {}, say(words)),
      ),
    ),
  );
}

const PUSH_WORDS: Record<PushState, { vi: string; en: string }> = {
  on: {
    vi: 'Điện thoại này nhận cảnh báo, kể cả khi trang đang đóng.',
    en: 'This phone gets alerts, also while the page is closed.',
  },
  off: { vi: 'Bật để nhận cảnh báo khi trang đang đóng.', en: 'Turn them on to get alerts while the page is closed.' },
  denied: {
    vi: 'Trình duyệt đang chặn thông báo của trang này. Hãy mở cài đặt của trình duyệt và cho phép thông báo.',
    en: 'The browser blocks notifications of this page. Allow them in the settings of the browser.',
  },
  'install-first': {
    vi: 'Trên iPhone và iPad, hãy cài trang này vào màn hình chính trước, rồi mở từ biểu tượng.',
    en: 'On iPhone and iPad, first add this page to the home screen, then open it from its icon.',
  },
  unsupported: { vi: 'Trình duyệt này không nhận được thông báo.', en: 'This browser cannot take notifications.' },
};

async function drawPush(section: HTMLElement, failed: string | null = null): Promise<void> {
  const state = await pushState();
  const turn = async (to: () => Promise<PushState>): Promise<void> => {
    button?.setAttribute('disabled', '');
    try {
      await to();
      await drawPush(section);
    } catch {
      await drawPush(
        section,
        say({
          vi: 'Chưa làm được. Hãy kiểm tra mạng rồi thử lại.',
          en: 'That did not work. Check the network and try again.',
        }),
      );
    }
  };
  const button =
    state === 'on'
      ? h(
          'button',
          { type: 'button', class: 'button plain', onclick: () => void turn(turnPushOff) },
          say({ vi: 'Tắt thông báo', en: 'Turn off' }),
        )
      : state === 'off'
        ? h(
            'button',
            { type: 'button', class: 'button big', onclick: () => void turn(turnPushOn) },
            say({ vi: 'Bật thông báo', en: 'Turn on' }),
          )
        : null;
  section.replaceChildren(
    h('h2', {}, say({ vi: 'Thông báo trên điện thoại này', en: 'Notifications on this phone' })),
    h('p', {}, say(PUSH_WORDS[state])),
    ...(failed === null ? [] : [h('p', { class: 'alert', role: 'alert' }, failed)]),
    ...(button ? [button] : []),
  );
}

const installHelp = (): HTMLElement =>
  h(
    'section',
    { class: 'setting' },
    h('h2', {}, say({ vi: 'Cài vào màn hình chính', en: 'Add to the home screen' })),
    h(
      'p',
      {},
      isApple()
        ? say({
            vi: 'Mở trang này bằng Safari, bấm nút Chia sẻ, chọn “Thêm vào MH chính”.',
            en: 'Open this page in Safari, tap Share, choose “Add to Home Screen”.',
          })
        : say({
            vi: 'Mở trình đơn của trình duyệt, chọn “Cài đặt ứng dụng” hoặc “Thêm vào màn hình chính”.',
            en: 'Open the menu of the browser, choose “Install app” or “Add to home screen”.',
          }),
    ),
  );

function account({ me, waiting }: Model, actions: Actions): HTMLElement {
  const unsent = waiting.size;
  const leave = async (): Promise<void> => {
    const question = say({
      vi: `Còn ${unsent} xác nhận chưa gửi sẽ bị bỏ. Vẫn đăng xuất?`,
      en: `${unsent} acknowledgements are not sent yet and will be dropped. Sign out all the same?`,
    });
    if (unsent > 0 && !confirm(question)) return;
    await actions.leave();
  };
  return h(
    'section',
    { class: 'setting' },
    h('h2', {}, say({ vi: 'Tài khoản', en: 'Account' })),
    h('p', {}, me.name),
    h('a', { class: 'button plain', href: '/' }, say({ vi: 'Các bảng điều hành', en: 'All boards' })),
    h(
      'button',
      { type: 'button', class: 'button plain', onclick: () => void leave() },
      say({ vi: 'Đăng xuất', en: 'Sign out' }),
    ),
    h(
      'p',
      { class: 'fine' },
      say({
        vi: 'Đăng xuất sẽ xoá mọi dữ liệu đã lưu trên điện thoại này.',
        en: 'Signing out removes everything kept on this phone.',
      }),
    ),
  );
}
