/** Ways out: one port, several channels, and what is kept of how they work. */
export * from './backoff.js';
export * from './breaker.js';
export * from './cap/index.js';
export * from './channel.port.js';
export { partsOf } from './channel-parts.js';
export * from './channel-record.js';
export * from './channel-settings.js';
export { linkOf } from './dress.js';
export * from './one-tap.js';
export * from './open-channel.js';
export { faultOfUrl, get, post, type Answer } from './outward.js';
export * from './rate.js';
export { seal } from './sealed.js';
export * from './vapid.js';
export * from './zalo-renewal.js';
export type { VapidKeys } from './drivers/web-push.js';
