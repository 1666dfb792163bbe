import type { Text } from './text.js';

/** Names that the hub gives to what it makes itself and an installation may rename. */
export const GIVEN_NAMES = {
  inApp: { vi: 'Trong ứng dụng', en: 'In the application' },
  push: { vi: 'Thông báo đẩy', en: 'Push' },
  policy: { vi: 'Mặc định', en: 'default' },
} satisfies Record<string, Text>;

/** A given name as it is stored: in both languages. */
export const givenName = ({ vi, en }: Text): string => `${vi} / ${en}`;

const GIVEN = new Map<string, Text>(Object.values(GIVEN_NAMES).map((text) => [givenName(text), text]));

/** A stored name for readers: a given one in their language; one that somebody wrote is the same in all. */
export const nameText = (name: string): Text => GIVEN.get(name) ?? { vi: name, en: name };
