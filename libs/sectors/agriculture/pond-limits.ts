import { HOUR_MS } from '#libs/contracts';
import { latest, type Latest, projection, type Projection } from '#libs/sector-kit';
import type { PondDto } from './agriculture.dto.js';
import { isOut, POND_PARAMETERS, type PondParameter, type Rules } from './observe.js';
import { unitOf } from './places.js';
import { TYPES } from './types.js';

/** An older value says nothing of the pond as it is. */
const FRESH_MS = 2 * HOUR_MS;

interface PondState {
  pond: string;
  unit: Latest<string>;
  kind: Latest<string>;
  /** The newest value of each parameter: sensors of a pond need not tell all of them at once. */
  values: Partial<Record<PondParameter, Latest<number>>>;
}

/** A pond: whether any of its values is out of the limits of what lives in it (1) or none (0). */
export const pondLimits = (rules: Rules): Projection =>
  projection<PondState, PondDto>({
    name: 'pond',
    types: [TYPES.pond],
    key: ({ data }) => data.pond,
    fold: (before, event) => {
      const { data, time } = event;
      const values = { ...before?.values };
      for (const parameter of POND_PARAMETERS) {
        const value = latest(values[parameter], time, data[parameter] ?? undefined);
        if (value) values[parameter] = value;
      }
      return {
        pond: data.pond,
        unit: latest(before?.unit, time, unitOf(event, data.pond)),
        kind: latest(before?.kind, time, data.kind),
        values,
      };
    },
    shares: ({ pond, unit, kind, values }, now) => {
      const fresh = POND_PARAMETERS.flatMap((parameter) => {
        const [time = -Infinity, value = 0] = values[parameter] ?? [];
        return now < time + FRESH_MS ? [{ parameter, value, until: time + FRESH_MS }] : [];
      });
      if (fresh.length === 0) return { shares: [], until: null };
      const out = fresh.some(({ parameter, value }) => isOut(rules, kind[1], parameter, value));
      return {
        shares: [{ metric: 'agriculture.pond-out', dims: [unit[1], pond], value: out ? 1 : 0 }],
        until: Math.min(...fresh.map(({ until }) => until)),
      };
    },
  });
