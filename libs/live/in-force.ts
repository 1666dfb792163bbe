import { dayName } from '#libs/contracts';
import type { Indicator } from '#libs/sector-kit';

/** The target in force at a moment; undefined when there is none. */
export function targetAt({ target }: Indicator, at: number): number | undefined {
  if (target === undefined || typeof target === 'number') return target;
  const day = dayName(at);
  return target.filter(({ from }) => from <= day).at(-1)?.value;
}

/** Whether an indicator, or one of its thresholds, is in force at a moment. */
export function isInForce({ validFrom, validTo }: Pick<Indicator, 'validFrom' | 'validTo'>, at: number): boolean {
  if (validFrom === undefined && validTo === undefined) return true;
  const day = dayName(at);
  return (validFrom === undefined || validFrom <= day) && (validTo === undefined || day <= validTo);
}
