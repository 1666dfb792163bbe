import type { AccessMessage, BatchPart } from '#libs/contracts';

/** Injects HUB_SECRET (text): signing secrets are derived from it. */
export const ACCESS_SECRET = Symbol('access secret');

/** Injects an `AccessPublisher`: tells every process, over the live bus, that access was changed. */
export const ACCESS_PUBLISHER = Symbol('access publisher');
export type AccessPublisher = (message: AccessMessage) => Promise<void>;

/** Injects a `BatchSubmitter`: resolves when the queue holds the part durably. */
export const BATCH_SUBMITTER = Symbol('batch submitter');
export type BatchSubmitter = (part: BatchPart) => Promise<void>;
