/** What a condition says of one key at a moment. */
export interface RuleReading {
  /** Value of the rule's `by` dimension, the source of `silent-source`; empty without. */
  key: string;
  /** What was measured; of conditions about time: minutes. */
  value: number | null;
  /** The limit that was passed, or the one that stands nearest. */
  limit: number | null;
  /** Null: no data, so nobody can say. */
  holds: boolean | null;
  /** It has ended for good: past `recover`, or no longer holding where there is none. */
  back: boolean;
  /** The rule looks at this key no longer; nothing is measured. */
  gone?: true;
}

export type Verdict = Omit<RuleReading, 'key' | 'gone'>;

/** Limits as numbers; null: its formula has no data now. Absent: there is none on this side. */
export interface Limits {
  above?: number | null;
  over?: number | null;
  below?: number | null;
  under?: number | null;
  recover?: number | null;
}

const UNKNOWN: Verdict = { value: null, limit: null, holds: null, back: false };

/**
 * Whether a value lies at or above `above` or above `over`, at or below `below` or below `under`. Passed on one side it holds, whatever is known of the
 * other. It is back once it has reached `recover`; a `recover` without data is as if there were none.
 */
export function beyond(value: number | null, limits: Limits): Verdict {
  const { recover } = limits;
  const above = limits.over === undefined ? limits.above : limits.over;
  const below = limits.under === undefined ? limits.below : limits.under;
  const known = [above, below].filter((limit) => limit !== undefined && limit !== null);
  const nearest =
    value === null
      ? (known[0] ?? null)
      : known.reduce<number | null>(
          (best, limit) => (best === null || Math.abs(limit - value) < Math.abs(best - value) ? limit : best),
          null,
        );
  if (value === null) return { ...UNKNOWN, limit: nearest };
  if (typeof above === 'number' && (value > above || (value === above && limits.over === undefined)))
    return { value, limit: above, holds: true, back: false };
  if (typeof below === 'number' && (value < below || (value === below && limits.under === undefined)))
    return { value, limit: below, holds: true, back: false };
  if (above === null || below === null) return { value, limit: nearest, holds: null, back: false };
  if (recover === undefined || recover === null) return { value, limit: nearest, holds: false, back: true };
  return { value, limit: nearest, holds: false, back: above === undefined ? value >= recover : value <= recover };
}

/** Whether nothing was observed for so many minutes; `newest` is the newest observation, null: there never was one. Times are epoch ms. */
export function aged(newest: number | null, minutes: number, now: number): Verdict {
  if (newest === null) return { ...UNKNOWN, limit: minutes };
  const age = Math.max(0, now - newest) / 60_000;
  return { value: age, limit: minutes, holds: age >= minutes, back: age < minutes };
}

/** Whether a promise is broken; `newest` as for `aged`, `late` as judged by the promise. */
export function belated(newest: number | null, late: boolean, now: number): Verdict {
  const value = newest === null ? null : Math.max(0, now - newest) / 60_000;
  return { value, limit: null, holds: newest === null ? null : late, back: !late };
}

/** Whether a value misses its target by more than `percent` of it on the side where it should not be. */
export function missed(
  value: number | null,
  target: number | null,
  { percent, wants }: { percent: number; wants: 'above' | 'below' },
): Verdict {
  if (target === null) return { ...UNKNOWN, value };
  const room = (Math.abs(target) * percent) / 100;
  const limit = wants === 'above' ? target - room : target + room;
  if (value === null) return { ...UNKNOWN, limit };
  const holds = wants === 'above' ? value < limit : value > limit;
  return { value, limit, holds, back: !holds };
}
