import type { AccessMessage } from '#libs/contracts';

/** Injects HUB_SECRET (text): signing secrets are derived from it. */
export const ACCESS_SECRET = Symbol('access secret');

/** Injects an `AccessPublisher`: tells every process, over the live bus, that access was changed. */
export const ACCESS_PUBLISHER = Symbol('access publisher');
export type AccessPublisher = (message: AccessMessage) => Promise<void>;
