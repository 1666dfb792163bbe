/** What every app needs to run: settings, logs, health, metrics, ordered shutdown. */
export * from './bootstrap.js';
export * from './clock.js';
export * from './command-of.js';
export * from './free-port.js';
export { PUBLIC_ROUTE } from './health.controller.js';
export * from './health.js';
export { createLogger } from './logging.js';
export * from './metrics.js';
export * from './packing.js';
export * from './platform.module.js';
export * from './problem-error.js';
export * from './problem.filter.js';
export * from './settings.js';
export * from './shutdown.js';
export { currentTraceparent, startTracing, withTraceparent } from './tracing.js';
