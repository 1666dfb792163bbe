/** BullMQ on either backend behind one port. */
export * from './queues.js';
