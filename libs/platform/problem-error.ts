import { STATUS_CODES } from 'node:http';
import type { Problem } from '#libs/contracts';

export type ErrorLogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * An error with an answer: it leaves a door as an RFC 9457 problem. `code` is stable and part of the API; `detail` is
 * for people and must carry no secret and no value of an event.
 */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string = STATUS_CODES[status] ?? 'Error',
    readonly detail?: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
    /** Seconds for the `Retry-After` header. */
    readonly retryAfter?: number,
  ) {
    super(detail ?? title);
    this.name = 'ProblemError';
  }

  /** How loudly the log tells of it: a caller's mistake is no fault of the hub. */
  get logLevel(): ErrorLogLevel {
    if (this.status === 503) return 'warn';
    return this.status >= 500 ? 'error' : 'debug';
  }

  toProblem(): Problem {
    return problem(this.status, this.code, this.title, this.detail, this.extensions);
  }
}

/** A problem document; `type` names the code, so that clients can switch on either. */
export function problem(
  status: number,
  code: string,
  title: string,
  detail?: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  return {
    ...extensions,
    type: `urn:ioc:problem:${code}`,
    title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
  };
}
