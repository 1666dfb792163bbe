import { timingSafeEqual } from 'node:crypto';
import { Controller, Get, Header, Inject, Req, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import { PUBLIC_ROUTE } from './health.controller.js';
import { Metrics } from './metrics.js';
import { ProblemError } from './problem-error.js';
import { Settings } from './settings.js';

/**
 * Prometheus text. Open to this machine alone (a request that a proxy forwarded does not count as such), or to a
 * bearer of METRICS_TOKEN: metrics name sources and volumes.
 */
@Controller('metrics')
@SetMetadata(PUBLIC_ROUTE, true)
export class MetricsController {
  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  text(@Req() request: Request): Promise<string> {
    if (!fromThisMachine(request) && !this.bearsToken(request)) {
      throw new ProblemError(
        403,
        'metrics-closed',
        'Forbidden',
        'Metrics are open on the loopback, or to a bearer of METRICS_TOKEN.',
      );
    }
    return this.metrics.text();
  }

  private bearsToken(request: Request): boolean {
    const token = this.settings.METRICS_TOKEN;
    if (token === undefined) return false;
    const given = Buffer.from(request.headers.authorization ?? '');
    const wanted = Buffer.from(`Bearer ${token}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

function fromThisMachine(request: Request): boolean {
  const { headers } = request;
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  const peer = request.socket.remoteAddress ?? '';
  return peer === '127.0.0.1' || peer === '::1' || peer === '::ffff:127.0.0.1';
}
