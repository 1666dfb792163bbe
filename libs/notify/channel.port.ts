import type { Message } from '#libs/contracts';

/** Where one recipient is reached by one channel. */
export interface Address {
  /** Login of the person; for a group chat the channel's id. */
  recipient: string;
  /** The channel itself is told: its group chat. */
  group: boolean;
  /** E-mail address, phone number or chat id of a person; empty for in-app, push and group chats. */
  address: string;
  /** Browsers of the person; only for push. */
  browsers: readonly Browser[];
}

export interface Browser {
  id: string;
  endpoint: string;
  p256dh: string;
  auth: string;
}

export interface SendOptions {
  /** Ends the try; it is then ambiguous and comes again under the same id. */
  signal: AbortSignal;
  /** Address of the hub as people reach it, without a slash at the end. */
  hub: string;
  /** Token of the one-tap link; null: the message carries none. */
  token: string | null;
  /** What an earlier try returned as `progress`. */
  progress: string | null;
}

/**
 * What became of a try. `fault` says whose it is: `recipient` concerns nobody else, `refused` the channel answered and
 * would not, `unreachable` it could not be connected to. The last two count against the channel.
 */
export type SendResult =
  | { ok: true; receipt: string | null }
  | {
      ok: false;
      /** May be tried again. */
      again: boolean;
      /** Milliseconds to wait at least, asked for by the receiver. */
      after?: number;
      /** The receiver wants nothing more, ever: the channel is disabled. */
      gone?: boolean;
      fault: 'recipient' | 'refused' | 'unreachable';
      /** For people; carries no secret. */
      reason: string;
      /** What of it was reached already, for the next try. */
      progress?: string;
    };

/** A way out. Carries a message to one recipient, never throws, never takes longer than its timeout. */
export interface Channel {
  send(message: Message, to: Address, options: SendOptions): Promise<SendResult>;
  /** Whether its server can be connected to, without sending anything: the reason when not. Absent where that says nothing. */
  check?(signal: AbortSignal): Promise<string | null>;
}

/** A try ends after this long; leases are longer. */
export const SEND_TIMEOUT_MS = 10_000;
