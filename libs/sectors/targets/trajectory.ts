import { VN_OFFSET_MS } from '#libs/contracts';

/** A goal with what it has come to. Times are epoch ms. */
export interface Course {
  base: number;
  baseAt: number;
  target: number;
  by: number;
  /** Newest value and of when it is. */
  actual: number;
  actualAt: number;
}

export interface Progress {
  /** Where a straight line from base to target would be now; the target after the deadline. */
  expected: number;
  /** Actual minus expected, in the direction of the target: negative is behind. */
  gap: number;
  /** Share of the way that is done, %; within ±1000 %. */
  done: number;
  /**
   * When the target is reached at the pace so far, epoch ms; null: never at this pace, or that moment has passed and no value
   * shows that it was.
   */
  reachedAt: number | null;
}

/** How far a goal is. The pace is that from the base to the newest value. */
export function progressOf(course: Course, now: number): Progress {
  const { base, baseAt, target, by, actual } = course;
  const way = target - base;
  const share = by <= baseAt ? 1 : Math.min(1, Math.max(0, (now - baseAt) / (by - baseAt)));
  const expected = base + way * share;
  const direction = way < 0 ? -1 : 1;
  return {
    expected,
    gap: direction * (actual - expected),
    done: way === 0 ? 100 : Math.max(-1_000, Math.min(1_000, (100 * (actual - base)) / way)),
    reachedAt: reached(course, way, direction, now),
  };
}

function reached(course: Course, way: number, direction: 1 | -1, now: number): number | null {
  const { base, baseAt, target, actual, actualAt } = course;
  if (direction * (actual - target) >= 0) return actualAt;
  const pace = (actual - base) / (actualAt - baseAt);
  if (actualAt <= baseAt || pace * direction <= 0 || way === 0) return null;
  const time = actualAt + (target - actual) / pace;
  return time >= now && time < LATEST ? time : null;
}

const LATEST = Date.UTC(2100, 0, 1);

/** A month as a number that counts them, for a format of months. */
export function monthNumber(time: number): number {
  const local = new Date(time + VN_OFFSET_MS);
  return local.getUTCFullYear() * 12 + local.getUTCMonth();
}
