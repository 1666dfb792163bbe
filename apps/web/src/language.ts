import type { Text } from '#libs/contracts';

export type Language = 'vi' | 'en';

let current: Language = 'vi';

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
}

/** The text in the language of the page; Vietnamese where there is no English. */
export function say(text: Text): string {
  return current === 'en' && text.en !== '' ? text.en : text.vi;
}
