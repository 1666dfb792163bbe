import type { NotificationView } from './alert.js';
import type { Severity } from './rule.js';

/** What a channel carries to one recipient, already in his language. Channels dress it, they decide nothing. */
export interface Message {
  /** Id of the notification; the same at every try, so that a receiver knows a repetition. */
  id: string;
  kind: NotificationView['kind'];
  severity: Severity;
  language: 'vi' | 'en';
  subject: string;
  /** Paragraphs of plain text. */
  lines: readonly string[];
  /** The alerts that it is about, worst first, at most 20. */
  alerts: readonly MessageAlert[];
  /** How many there are in all. */
  total: number;
  /** Page of the hub that tells more, e.g. `/alerts/…`. */
  path: string;
  /** Whether it carries a one-tap link; the channel makes it from `id`. */
  mayAcknowledge: boolean;
  /** Messages of one topic replace each other where they still wait on the way to a phone. At most 32 letters of base64url. */
  topic: string;
  /** When it was decided, and until when it is worth delivering; epoch ms. */
  at: number;
  expiresAt: number;
  /** A file for channels that can carry one (e-mail); others leave it. At most 500 kB, base64. */
  attachment?: { name: string; type: string; base64: string };
}

export interface MessageAlert {
  id: string;
  number: number;
  severity: Severity;
  title: string;
  place: string | null;
  /** With its unit of measure, and against which limit. */
  value: string | null;
  /** Epoch ms. */
  since: number;
}

/** What a browser gets in a push message, as JSON; texts are cut so that it fits into one record. */
export interface PushPayload {
  /** Id of the notification; also the tag by which a repetition replaces what is shown. */
  id: string;
  kind: NotificationView['kind'];
  severity: Severity;
  language: 'vi' | 'en';
  title: string;
  body: string;
  /** Page to open. */
  path: string;
  /** Messages of one topic replace each other. */
  topic: string;
  /** For the button "acknowledge": goes to `POST /v1/alerts/acknowledge-by-link`; null: no button. */
  token: string | null;
  at: number;
}
