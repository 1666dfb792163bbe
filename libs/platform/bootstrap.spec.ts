import { connect } from 'node:net';
import { BadRequestException, Body, Controller, Get, Module, type OnModuleDestroy, Post } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bootstrap, createLogger, Health, LOG, ProblemError, readSettings, type RunningApp } from '#libs/platform';

let release: (() => void) | undefined;
const events: string[] = [];

@Controller()
class DoorController {
  @Get('busy')
  busy(): never {
    throw new ProblemError(503, 'store-unreachable', 'Store unreachable', 'Try again.', { store: 'queue' }, 1.2);
  }
  @Get('broken')
  broken(): never {
    throw new Error('password=hunter2 at /srv');
  }
  @Get('wrong')
  wrong(): never {
    throw new BadRequestException(['name must be a string']);
  }
  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return body;
  }
  @Get('slow')
  slow(): Promise<string> {
    return new Promise((done) => {
      release = () => done('at last');
      events.push('asked');
    });
  }
}

class Drain implements OnModuleDestroy {
  onModuleDestroy(): void {
    events.push('drained');
  }
}

@Module({ controllers: [DoorController], providers: [Drain] })
class DoorModule {}

describe('an app', () => {
  let running: RunningApp;
  const lines: string[] = [];
  beforeEach(async () => {
    events.length = 0;
    lines.length = 0;
    const logger = createLogger('ingest', 'info', { write: (line) => void lines.push(line) });
    running = await bootstrap(DoorModule, {
      app: 'ingest',
      port: 0,
      settings: readSettings({ METRICS_TOKEN: 'a-token-of-a-scraper' }),
      logger,
      ownProcess: false,
    });
  });
  afterEach(() => running.stop());

  test('answers a foreseen error as a problem with Retry-After in whole seconds', async () => {
    const answer = await fetch(`${running.url}/busy`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toEqual({
      type: 'urn:ioc:problem:store-unreachable',
      title: 'Store unreachable',
      status: 503,
      code: 'store-unreachable',
      detail: 'Try again.',
      store: 'queue',
    });
  });

  test('tells nothing of the inside of an unforeseen error, but logs it under the incident it answers', async () => {
    const answer = await fetch(`${running.url}/broken`);
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('hunter2');
    const { incident } = JSON.parse(text) as { incident: string };
    expect(lines.find((line) => line.includes(incident))).toContain('at /srv');
  });

  test('answers errors of Nest and of the body parser as problems that quote nothing', async () => {
    const wrong = await fetch(`${running.url}/wrong`);
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toMatchObject({ code: 'bad-request', errors: ['name must be a string'] });
    const json = { 'content-type': 'application/json' };
    const torn = await fetch(`${running.url}/echo`, { method: 'POST', headers: json, body: '{"secret-name": tru' });
    expect(torn.status).toBe(400);
    expect(torn.headers.get('content-type')).toContain('application/problem+json');
    expect(await torn.text()).not.toContain('secret-name');
    const missing = await fetch(`${running.url}/nowhere`);
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'not-found', status: 404 });
  });

  test('answers what is no HTTP with a problem', async () => {
    const said = await new Promise<string>((done) => {
      const socket = connect(running.port, '127.0.0.1', () => socket.write('hello there\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => done(text));
    });
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('application/problem+json');
  });

  test('is ready while its checks answer, and says which does not', async () => {
    expect((await fetch(`${running.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${running.url}/health/ready`)).status).toBe(200);
    const health = running.app.get(Health);
    health.register('database', () => Promise.resolve());
    health.register('queue', () => new Promise(() => undefined), 20);
    health.register('bus', () =>
      Promise.reject(Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' })),
    );
    const answer = await fetch(`${running.url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      status: 'not-ready',
      checks: { database: 'up', queue: 'no answer within 20 ms', bus: 'down: ECONNREFUSED' },
    });
  });

  test('opens metrics to this machine, not to what a proxy forwards, unless it bears the token', async () => {
    const direct = await fetch(`${running.url}/metrics`);
    expect(await direct.text()).toContain('process_cpu_seconds_total');
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect((await fetch(`${running.url}/metrics`, { headers: forwarded })).status).toBe(403);
    const token = { ...forwarded, authorization: 'Bearer a-token-of-a-scraper' };
    expect((await fetch(`${running.url}/metrics`, { headers: token })).status).toBe(200);
  });

  test('stops in order: open requests are answered before modules are torn down, new ones find no door', async () => {
    const slow = fetch(`${running.url}/slow`);
    while (!events.includes('asked')) await new Promise((done) => setImmediate(done));
    const stopped = running.stop();
    await expect(fetch(`${running.url}/health/live`)).rejects.toThrow();
    expect((await running.app.get(Health).ready()).status).toBe('not-ready');
    expect(events).not.toContain('drained');
    release?.();
    expect(await (await slow).text()).toBe('at last');
    await stopped;
    expect(events).toContain('drained');
  });

  test('sends security headers and no name of its software', async () => {
    const { headers } = await fetch(`${running.url}/health/live`);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('never logs credentials', () => {
    running.app.get(LOG).warn({ headers: { authorization: 'Bearer k1' }, key: 'k2', source: { password: 'k3' } }, 'x');
    expect(lines.join('')).not.toMatch(/k[123]"/);
  });
});
