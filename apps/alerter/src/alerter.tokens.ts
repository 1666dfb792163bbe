/** Injection tokens of what the alerter is connected to. */
export const POOL = Symbol('pool');
export const BUS = Symbol('bus');
