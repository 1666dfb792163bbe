import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { testHub, type TestHub } from '../support/hub.js';
import { awayFromMidnight } from '../support/midnight.js';
import { wallLink, watchBoard } from '../support/screen.js';

interface Export {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: { traceId: string; name: string }[] }[];
  }[];
}

let collector: Server;
let hub: TestHub;
const spans: { service: string; traceId: string; name: string }[] = [];

/** A collector of its own: OTLP over HTTP, as JSON. */
beforeAll(async () => {
  await awayFromMidnight();
  collector = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
          const service =
            resource.attributes.find((attribute) => attribute.key === 'service.name')?.value.stringValue ?? '';
          for (const span of scopeSpans.flatMap((scope) => scope.spans))
            spans.push({ service, traceId: span.traceId, name: span.name });
        }
      }
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const { port } = collector.address() as AddressInfo;
  hub = await testHub({
    backend: 'postgres',
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    },
  });
});

afterAll(async () => {
  await hub?.close();
  collector?.closeAllConnections();
  collector?.close();
});

test('a trace goes from the door over the worker to the screen', async () => {
  const key = await hub.addSource('source');
  const screen = await watchBoard(hub, 'health', (await wallLink(hub)).token);
  await screen.until('calls-today', (tile) => tile.kind === 'number');
  const traceId = 'abcdefabcdefabcdefabcdefabcdef01';
  const answer = await fetch(`${hub.ingest}/v1/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-1234567890abcdef-01`,
    },
    body: JSON.stringify({
      id: '1',
      type: 'vn.ioc.health.call.received.v1',
      time: new Date().toISOString(),
      unit: '92',
      data: { kind: 'injury' },
    }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 1 }]);
  await screen.until('calls-today', (tile) => tile.kind === 'number' && tile.value === 1);
  const services = () =>
    new Set(spans.filter((span) => span.traceId === traceId).map((span) => span.service.replace(/^ioc-/, '')));
  for (const end = Date.now() + 60_000; services().size < 3 && Date.now() < end;) await delay(50);
  expect([...services()].sort()).toEqual(['gateway', 'ingest', 'worker']);
  screen.close();
});
