/** Rules, alerts and who is told: pure, with the clock as an argument. */
export * from './day-hours.js';
export * from './policy.js';
export * from './recipients.js';
export * from './route.js';
export * from './schedule.js';
export * from './check-on-call.js';
export { faultsOfSchedule } from './check-schedule.js';
export * from './defaults.js';
export type { OnCallWorld } from './fault.js';
