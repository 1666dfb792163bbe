/** The leaf of the house: shapes that pass between processes. No Nest, no I/O, safe in a browser. */
export * from './alert.js';
export * from './board.js';
export * from './brief.js';
export * from './choices.js';
export * from './event.js';
export * from './given-name.js';
export * from './indicator.js';
export * from './job.js';
export * from './live.js';
export * from './measure.js';
export * from './notification.js';
export * from './number-text.js';
export * from './on-call.js';
export * from './period.js';
export * from './problem.js';
export * from './rule.js';
export * from './text.js';
