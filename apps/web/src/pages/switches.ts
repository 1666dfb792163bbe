import { h } from '../dom.js';
import { language, say } from '../language.js';
import { applyLanguage, applyTheme, themeNow } from '../settings.js';

/** Language and theme; the page draws itself again after a change. */
export function switches(changed: () => void): HTMLElement {
  const lang = h('button', {
    type: 'button',
    class: 'switch',
    onclick: () => turn(() => applyLanguage(language() === 'vi' ? 'en' : 'vi')),
  });
  const theme = h('button', {
    type: 'button',
    class: 'switch',
    onclick: () => turn(() => applyTheme(themeNow() === 'dark' ? 'light' : 'dark')),
  });
  const label = () => {
    lang.textContent = language() === 'vi' ? 'English' : 'Tiếng Việt';
    theme.textContent =
      themeNow() === 'dark' ? say({ vi: 'Nền sáng', en: 'Light' }) : say({ vi: 'Nền tối', en: 'Dark' });
  };
  const turn = (act: () => void) => {
    act();
    label();
    changed();
  };
  label();
  return h('span', { class: 'switches' }, lang, theme);
}
