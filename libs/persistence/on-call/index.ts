/** Schedules, policies and settings of alerts, and where people are reached. */
export * from './on-call-store.js';
export * from './open-pages.js';
export * from './people.js';
