import type { Level } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';
import { isInForce } from './in-force.js';

/** The worst level whose threshold is reached, of those in force at `at` (epoch ms); thresholds stand worst last. */
export function levelOf(value: number | null, levels: Indicator['levels'], at: number): Level {
  if (value === null) return 'unknown';
  let reached: Level = 'ok';
  for (const threshold of levels ?? []) {
    if (!isInForce(threshold, at)) continue;
    const { level, above, over, below, under } = threshold;
    const isHigh = (above !== undefined && value >= above) || (over !== undefined && value > over);
    const isLow = (below !== undefined && value <= below) || (under !== undefined && value < under);
    if (isHigh || isLow) reached = level;
  }
  return reached;
}

const ORDER: readonly Level[] = ['ok', 'unknown', 'attention', 'serious', 'critical'];
export const worse = (a: Level, b: Level): Level => (ORDER.indexOf(b) > ORDER.indexOf(a) ? b : a);
