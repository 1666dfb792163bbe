/** Time as a port: everything that decides by time takes a clock, so that tests can hold it still. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Injection token of the `Clock`. */
export const CLOCK = Symbol('clock');
