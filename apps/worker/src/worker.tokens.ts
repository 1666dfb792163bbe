/** Injection tokens of what the worker is connected to. */
export const POOL = Symbol('pool');
export const QUEUES = Symbol('queues');
export const BUS = Symbol('bus');
export const STORE = Symbol('store');
