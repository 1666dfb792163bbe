/** Rules and alerts, pure: what a condition says, what follows from it, and when. The clock is an argument. */
export * from './check-rule.js';
export * from './compare-alerts.js';
export * from './in-force.js';
export * from './rule-test.js';
export * from './rule-test-file.js';
export * from './step.js';
export * from './verdict.js';
