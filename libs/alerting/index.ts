/** Rules and alerts, pure: what a condition says, what follows from it, and when. The clock is an argument. */
export * from './check-rule.js';
export * from './in-force.js';
export * from './step.js';
export * from './verdict.js';
