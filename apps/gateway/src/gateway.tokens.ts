/** Injection tokens of what the gateway is connected to. */
export const POOL = Symbol('pool');
export const BUS = Symbol('bus');
export const UNITS = Symbol('units');
export const QUEUES = Symbol('queues');
