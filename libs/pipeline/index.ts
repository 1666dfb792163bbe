/** Stages of the worker: pure where they can be, the database behind a port. */
export { passDeadlines } from './count-events.js';
export * from './deltas.js';
export * from './observe.js';
export * from './store.port.js';
export * from './store-parts.js';
