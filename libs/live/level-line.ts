import { periodStart } from '#libs/contracts';

/** Levels of a stock over time, thinned to one an hour, oldest first. */
export interface LevelLine {
  at: number[];
  value: number[];
}

/** Samples of one level line; 31 days by the hour. */
const MAX_SAMPLES = 800;

/** Keeps samples in order of time; a newer one of the same minute replaces the older. */
export function insertSample(line: LevelLine, at: number, value: number): void {
  const index = lastAtOrBefore(line.at, at);
  const before = line.at[index];
  if (before !== undefined && periodStart('m', before) === periodStart('m', at)) {
    line.at[index] = at;
    line.value[index] = value;
    return;
  }
  line.at.splice(index + 1, 0, at);
  line.value.splice(index + 1, 0, value);
  if (line.at.length > MAX_SAMPLES) thin(line);
}

/** Of each hour but the last two only its last sample stays; then the oldest go. */
function thin(line: LevelLine): void {
  const recent = (line.at.at(-1) ?? 0) - 2 * 3_600_000;
  const keep = line.at.map((at, i) => {
    const next = line.at[i + 1];
    return at >= recent || next === undefined || periodStart('h', next) !== periodStart('h', at);
  });
  line.value = line.value.filter((_, i) => keep[i]);
  line.at = line.at.filter((_, i) => keep[i]);
  const surplus = line.at.length - (MAX_SAMPLES - 60);
  if (surplus > 0) {
    line.at.splice(0, surplus);
    line.value.splice(0, surplus);
  }
}

/** Place of the last time at or before this one; -1: none. */
export function lastAtOrBefore(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
