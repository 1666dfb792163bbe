import { randomUUID } from 'node:crypto';
import type { Params } from 'nestjs-pino';
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentTraceparent } from './tracing.js';

/** Paths that never reach a log. Bodies are not logged at all. */
const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["webhook-signature"]',
  'res.headers["set-cookie"]',
  ...['authorization', 'cookie', 'key', 'headers.authorization', 'password', 'secret', 'token'].flatMap((name) => [
    name,
    `*.${name}`,
  ]),
];

/** The process's logger: one JSON object a line on standard output, with the trace it belongs to, if any. */
export function createLogger(app: string, level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      name: app,
      level,
      base: { app, pid: process.pid },
      redact: { paths: REDACTED, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const traceparent = currentTraceparent();
        return traceparent === undefined ? {} : { trace: traceparent.split('-')[1] };
      },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

/** Options of nestjs-pino: a request gets an id in each of its log lines; requests themselves are metrics, not lines. */
export function httpLogging(logger: Logger): Params {
  return {
    pinoHttp: {
      logger,
      autoLogging: false,
      quietReqLogger: true,
      genReqId: () => randomUUID(),
    },
  };
}
