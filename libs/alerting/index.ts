/** Rules, alerts, who is told when: pure, with the clock as an argument. */
export * from './lifecycle.js';
