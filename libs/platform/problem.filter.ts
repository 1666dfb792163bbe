import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { ProblemError } from './problem-error.js';

/**
 * Every error of an HTTP door becomes an `application/problem+json` answer. What nobody foresaw is a 500 that says
 * nothing of the inside but carries an incident id, under which the log has the whole error.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Sockets and jobs have answers of their own; a filter cannot give them one.
    if (host.getType() !== 'http') throw error;
    const response = host.switchToHttp().getResponse<Response>();
    const answer = asProblemError(error) ?? this.unforeseen(error);
    if (answer.logLevel !== 'debug')
      this.log[answer.logLevel]({ code: answer.code, status: answer.status }, answer.message);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (answer.retryAfter !== undefined) response.setHeader('Retry-After', String(Math.ceil(answer.retryAfter)));
    if (answer.status === 401 && !response.hasHeader('WWW-Authenticate')) {
      response.setHeader('WWW-Authenticate', 'Bearer');
    }
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer.toProblem()));
  }

  private unforeseen(error: unknown): ProblemError {
    const incident = randomUUID();
    this.log.error({ err: error, incident }, 'unforeseen error');
    return new ProblemError(500, 'internal', 'Internal Server Error', 'See the log under this incident.', { incident });
  }
}

/** What Nest and Express throw for a caller's mistake, as a problem; null for everything else. */
function asProblemError(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error;
  if (error instanceof HttpException) return fromHttpException(error);
  // Express and its body parsers mark errors that are safe to tell with `expose` and a 4xx status.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') {
    if (error.status >= 400 && error.status < 500) {
      const detail = 'expose' in error && error.expose === true ? safeDetail(error.status) : undefined;
      return new ProblemError(error.status, codeOf(error.status), STATUS_CODES[error.status], detail);
    }
  }
  return null;
}

function fromHttpException(error: HttpException): ProblemError {
  const status = error.getStatus();
  const body = error.getResponse();
  const messages = typeof body === 'object' && 'message' in body ? body.message : body;
  // The validation pipe lists one sentence a field; Nest's own sentence for an unknown route repeats the path.
  const errors = Array.isArray(messages) ? messages.map(String) : undefined;
  const detail = errors ? errors.join('; ') : typeof messages === 'string' ? messages : error.message;
  return new ProblemError(status, codeOf(status), STATUS_CODES[status], detail, errors ? { errors } : {});
}

/** The parser's own sentence may quote the body; these do not. */
function safeDetail(status: number): string {
  if (status === 400) return 'The body or address could not be read as its content type says.';
  if (status === 413) return 'The body is larger than this door allows.';
  if (status === 415) return 'The content type or encoding is not one this door reads.';
  return 'The request could not be read.';
}

const codeOf = (status: number): string => (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(/[^a-z]+/g, '-');
