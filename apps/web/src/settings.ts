import { setLanguage } from './language.js';
import type { Language } from './language.js';

export type Theme = 'dark' | 'light';

const read = (key: string): string | null => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden on a kiosk; the choice then lasts as long as the page
  }
};

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // as above
  }
}

export const recall = read;

let theme: Theme = 'dark';

/** Language and theme from the address (`?lang=en&theme=light`, kept from then on) or from the last choice. */
export function loadSettings(): void {
  const query = new URLSearchParams(location.search);
  const lang = query.get('lang') ?? read('lang');
  const wanted = query.get('theme') ?? read('theme');
  applyLanguage(lang === 'en' ? 'en' : 'vi');
  applyTheme(wanted === 'light' ? 'light' : 'dark');
}

export function applyLanguage(next: Language): void {
  setLanguage(next);
  document.documentElement.lang = next;
  remember('lang', next);
}

export function applyTheme(next: Theme): void {
  theme = next;
  document.documentElement.dataset.theme = next;
  remember('theme', next);
}

export const themeNow = (): Theme => theme;

/** Takes a wall token out of the fragment, where no server and no log sees it, and keeps it for this screen. */
export function takeToken(): string | null {
  const match = /(?:^#|&)token=([^&]+)/.exec(location.hash);
  const value = match?.[1];
  if (value !== undefined) {
    remember('wall-token', decodeURIComponent(value));
    history.replaceState(null, '', location.pathname + location.search);
  }
  return value === undefined ? read('wall-token') : decodeURIComponent(value);
}
