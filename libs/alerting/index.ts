/** Rules, alerts, who is told when: pure, with the clock as an argument. */
export * from './check-on-call.js';
export * from './check-rule.js';
export { faultsOfSchedule } from './check-schedule.js';
export * from './compose.js';
export * from './day-hours.js';
export * from './defaults.js';
export type { OnCallWorld } from './fault.js';
export * from './group.js';
export * from './in-force.js';
export * from './lifecycle.js';
export * from './mute.js';
export * from './policy.js';
export * from './recipients.js';
export * from './route.js';
export * from './schedule.js';
export * from './step.js';
export * from './verdict.js';
