/** What can be wrong with one event. The code is stable; the message is for people. */
export type RejectionCode =
  | 'malformed'
  | 'field-invalid'
  | 'field-missing'
  | 'type-unknown'
  | 'type-forbidden'
  | 'unit-unknown'
  | 'unit-forbidden'
  | 'source-mismatch'
  | 'time-invalid'
  | 'time-future'
  | 'time-too-old'
  | 'too-large'
  | 'too-deep'
  | 'set-aside';

/** One refused event of a batch. Carries no value of the event, so no personal data. */
export interface Rejection {
  /** Position in the batch, from 0. */
  index: number;
  /** The event's id where one could be read. */
  id: string | null;
  code: RejectionCode;
  /** JSON pointer to the field at fault, e.g. `/data/station`; empty for the whole event. */
  path: string;
  message: string;
}

/** Answer to a batch of which at least one event was accepted (202) or, inside a problem, of which none was (422). */
export interface Verdict {
  batch: string;
  accepted: number;
  rejected: Rejection[];
  /** Present when more were refused than are listed. */
  rejectedTotal?: number;
}

/** RFC 9457 problem details. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  [extension: string]: unknown;
}
