import type { CalendarStep } from '#libs/contracts';
import type { Catalogue } from '#libs/sector-kit';
import type { BucketSet } from './bucket-set.js';
import type { Scope, UnitLookup } from './scope.js';
import type { Moment } from './span.js';

/** Where measures are read from. */
export interface Sight {
  catalogue: Catalogue;
  buckets: BucketSet;
  units: UnitLookup;
  scope: Scope;
  moment: Moment;
  /** Only what was observed for one value of a dimension: one agency, one commune. */
  only?: Only;
  /** The same at an earlier moment; null where it was not loaded. */
  earlier?: (shift: { step: CalendarStep; back: number }) => Sight | null;
  /** Of these measures (objects of formulas) nothing of periods that begin after this day (its start, epoch ms). */
  upTo?: ReadonlyMap<object, number>;
}

/** One value (`key`) of a dimension (`by`). */
export interface Only {
  by: string;
  key: string;
}
