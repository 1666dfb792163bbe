import type { Text } from '#libs/contracts';

/** A text as packs write it. */
export type Said = readonly [vi: string, en: string];

export const textOf = ([vi, en]: Said): Text => ({ vi, en });
