import 'reflect-metadata';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger as NestLogger } from 'nestjs-pino';
import type { Logger } from 'pino';
import { Health } from './health.js';
import { createLogger } from './logging.js';
import { PlatformModule } from './platform.module.js';
import { problem } from './problem-error.js';
import { ProblemFilter } from './problem.filter.js';
import { securityHeaders } from './security-headers.js';
import type { Settings } from './settings.js';
import { stopWhenTold, tellReady } from './shutdown.js';
import { startTracing, traceRequests } from './tracing.js';

export interface BootstrapOptions {
  app: 'ingest' | 'worker' | 'gateway' | 'alerter';
  /** 0: any free port; the real one is in the result. */
  port: number;
  settings: Settings;
  /** Nest's own JSON body parser; a door that reads bodies itself turns it off. Default true. */
  bodyParser?: boolean;
  /** Pipes, guards, adapters, static files; runs before the app initialises. */
  configure?: (app: NestExpressApplication) => void | Promise<void>;
  /** Default: a new one on standard output. */
  logger?: Logger;
  /** False in tests: signals and the launcher are then none of its business. Default true. */
  ownProcess?: boolean;
}

export interface RunningApp {
  app: NestExpressApplication;
  /** `http://host:port` */
  url: string;
  port: number;
  /** Not ready, no new requests, open ones answered, then the modules' shutdown hooks. */
  stop: () => Promise<void>;
}

@Module({})
class RootModule {}

/**
 * Starts an app: logs, traces, problem answers, health, metrics, security headers and an ordered stop, the same in
 * each. A module drains in `onModuleDestroy` or `beforeApplicationShutdown` and closes stores in
 * `onApplicationShutdown`.
 */
export async function bootstrap(module: Type | DynamicModule, options: BootstrapOptions): Promise<RunningApp> {
  const { settings } = options;
  const logger = options.logger ?? createLogger(options.app, settings.LOG_LEVEL);
  const stopTracing = await startTracing(options.app, settings);
  const root: DynamicModule = {
    module: RootModule,
    imports: [PlatformModule.forRoot({ app: options.app, settings, logger }), module],
  };
  const app = await NestFactory.create<NestExpressApplication>(root, {
    bufferLogs: true,
    bodyParser: options.bodyParser ?? true,
    abortOnError: false,
  });
  app.useLogger(app.get(NestLogger));
  const server = app.getHttpServer() as Server;
  const open = countRequests(app, app.get(Health));
  harden(app, server, logger);
  await options.configure?.(app);
  await app.listen(options.port, settings.HOST);
  const { port } = server.address() as AddressInfo;
  const stop = once(async () => {
    app.get(Health).drain();
    server.close();
    server.closeIdleConnections();
    await open.settled(1_500);
    await app.close();
    server.closeAllConnections();
    await stopTracing();
  });
  if (options.ownProcess ?? true) {
    stopWhenTold(stop, logger);
    tellReady(port);
  }
  logger.info({ port, host: settings.HOST }, 'listening');
  return { app, url: `http://${settings.HOST}:${port}`, port, stop };
}

function harden(app: NestExpressApplication, server: Server, logger: Logger): void {
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(securityHeaders);
  app.use(traceRequests);
  app.useGlobalFilters(new ProblemFilter(logger));
  // A slow or endless request must not hold a connection for ever.
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  server.on('clientError', answerBrokenRequest);
}

/** What is no HTTP at all still gets a problem as its answer. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, title, code] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'headers-too-large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'request-timeout']
        : [400, 'Bad Request', 'bad-request'];
  const body = JSON.stringify(problem(Number(status), String(code), String(title)));
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Counts open requests, and asks clients to leave a draining process. */
function countRequests(app: NestExpressApplication, health: Health): { settled: (ms: number) => Promise<void> } {
  let count = 0;
  let onNone: (() => void) | undefined;
  app.use((_request: IncomingMessage, response: ServerResponse, next: () => void) => {
    count++;
    if (health.isDraining) response.setHeader('Connection', 'close');
    response.once('close', () => {
      if (--count === 0) onNone?.();
    });
    next();
  });
  return {
    settled: (ms) =>
      new Promise((done) => {
        if (count === 0) return done();
        const timer = setTimeout(done, ms);
        onNone = () => {
          clearTimeout(timer);
          done();
        };
      }),
  };
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
