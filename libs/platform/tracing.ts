import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { NextFunction, Request, Response } from 'express';
import type { Settings } from './settings.js';

let enabled = false;

/**
 * Starts traces when OTEL_EXPORTER_OTLP_ENDPOINT is set; the SDK is not even loaded otherwise. Returns how to send what
 * is left and stop. Metrics stay with Prometheus, logs with standard output.
 */
export async function startTracing(app: string, settings: Settings): Promise<() => Promise<void>> {
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return () => Promise.resolve();
  process.env.OTEL_METRICS_EXPORTER ??= 'none';
  process.env.OTEL_LOGS_EXPORTER ??= 'none';
  process.env.OTEL_TRACES_EXPORTER ??= 'otlp';
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: `ioc-${app}`, instrumentations: [] });
  sdk.start();
  enabled = true;
  return async () => {
    enabled = false;
    // A collector that is away must not hold up the shutdown.
    await Promise.race([
      sdk.shutdown().catch(() => undefined),
      new Promise<void>((done) => setTimeout(done, 1_000).unref()),
    ]);
  };
}

/** W3C `traceparent` of what runs now, to travel with a job or live message; undefined when there is no trace. */
export function currentTraceparent(): string | undefined {
  if (!enabled) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** Runs `fn` in a span that continues `traceparent` (or starts a trace). Without tracing it only calls `fn`. */
export async function withTraceparent<T>(
  traceparent: string | undefined,
  name: string,
  fn: () => Promise<T> | T,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  if (!enabled) return fn();
  const parent = traceparent === undefined ? context.active() : extract(traceparent);
  return trace.getTracer('ioc-hub').startActiveSpan(name, { kind }, parent, async (span) => {
    try {
      return await fn();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Express middleware: a server span for each request, probes and scrapes excepted. */
export function traceRequests(request: Request, response: Response, next: NextFunction): void {
  if (!enabled || request.path.startsWith('/health') || request.path === '/metrics') return next();
  const incoming = request.headers.traceparent;
  const parent = typeof incoming === 'string' ? extract(incoming) : context.active();
  const options = { kind: SpanKind.SERVER, attributes: { 'http.request.method': request.method } };
  trace.getTracer('ioc-hub').startActiveSpan(request.method, options, parent, (span) => {
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode);
      const route = (request as { route?: { path?: unknown } }).route?.path;
      if (typeof route === 'string') span.updateName(`${request.method} ${route}`);
      if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    next();
  });
}

const extract = (traceparent: string) => propagation.extract(context.active(), { traceparent });

function fail(span: Span, error: unknown): void {
  // The kind only: messages may hold values.
  span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
}
