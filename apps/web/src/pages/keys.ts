import type { Text } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';

export interface Key {
  key: string;
  does: Text;
  press: () => void;
}

let held: AbortController | undefined;

/** Keys of the page that is shown now; those of the page before are let go. `?` shows them. */
export function useKeys(keys: readonly Key[]): void {
  held?.abort();
  held = new AbortController();
  const help: Key = { key: '?', does: { vi: 'Trợ giúp', en: 'Help' }, press: () => showHelp([...keys, help]) };
  addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const found = [...keys, help].find(({ key }) => key === event.key);
      if (!found) return;
      event.preventDefault();
      found.press();
    },
    { signal: held.signal },
  );
}

/** Letters belong to the field in which somebody types, and to a dialog that is open. */
function isTyping(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.matches('textarea, select, [contenteditable]') ||
    (target.matches('input') && !target.matches('[type=checkbox]'))
  );
}

function showHelp(keys: readonly Key[]): void {
  const rows = keys.flatMap(({ key, does }) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, say(does))]);
  const dialog = h(
    'dialog',
    { class: 'panel help', 'aria-label': say({ vi: 'Phím tắt', en: 'Keys' }), onclose: () => dialog.remove() },
    h('h2', {}, say({ vi: 'Phím tắt', en: 'Keys' })),
    h('dl', {}, ...rows),
    h('form', { method: 'dialog' }, h('button', { class: 'button' }, say({ vi: 'Đóng', en: 'Close' }))),
  );
  document.body.append(dialog);
  dialog.showModal();
}
