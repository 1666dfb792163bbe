import type { Level } from './board.js';
import type { Text } from './text.js';

/**
 * Parts of the morning brief, in this order: what changed over yesterday, what is out of bounds now, who is late, what
 * falls due today.
 */
export type BriefPart = 'changed' | 'red' | 'late' | 'due';
export const BRIEF_PARTS: readonly BriefPart[] = ['changed', 'red', 'late', 'due'];

export interface BriefLine {
  name: Text;
  /** A number with its unit, a time, a person; null: the name says it all. */
  value: Text | null;
  /** How it changed, since when, whose it is. */
  note: Text | null;
  level: Level;
  /** Page that says how the number comes about, or tells of the alert. */
  path: string | null;
}

/** The morning brief (bản tin sáng): one page, already in words, so that the page, the PDF and messages say the same. */
export interface Brief {
  /** `2026-11-24` */
  day: string;
  /** When it was made, epoch ms. */
  at: number;
  /** The one of the day, never changed; false: as it would be if it were made now. */
  kept: boolean;
  /** The day in one sentence. */
  headline: Text;
  parts: { part: BriefPart; title: Text; lines: BriefLine[]; /** Left out to stay on one page. */ more: number }[];
  /** Some of the numbers come from a simulation. */
  simulated: boolean;
}
