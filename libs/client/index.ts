/** What a sector system embeds to push events: no dependency but Node. See README.md. */
export * from './client.js';
export { OutboxFullError } from './outbox.js';
