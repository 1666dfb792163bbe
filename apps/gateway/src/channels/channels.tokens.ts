/** Injects the `ChannelParts` of libs/notify. */
export const CHANNEL_PARTS = Symbol('channel parts');
