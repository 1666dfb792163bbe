/** Rules, alerts and who is told: pure, with the clock as an argument. */
export * from './in-force.js';
export * from './lifecycle.js';
export * from './step.js';
export * from './verdict.js';
