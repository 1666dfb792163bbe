/** Injection tokens of the ingest app. */
export const QUEUES = Symbol('queues');
export const BUS = Symbol('live bus');
export const CATALOGUE = Symbol('catalogue');
export const EVENT_DOOR = Symbol('event door');
export const BATCH_IDS = Symbol('batch ids');
/** Milliseconds within which a whole body must have arrived. */
export const BODY_TIMEOUT_MS = Symbol('body timeout');
