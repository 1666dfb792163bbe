/** BullMQ on either backend behind one port. */
export * from './queues.js';
export type { FailedJob } from './failed.js';
