import { Controller, Get, Inject, Res, SetMetadata } from '@nestjs/common';
import type { Response } from 'express';
import { Health, type HealthReport } from './health.js';

/** Metadata of routes that need no login. A global guard must let them pass. */
export const PUBLIC_ROUTE = 'ioc:public-route';

@Controller('/health')
@SetMetadata(PUBLIC_ROUTE, true)
export class HealthController {
  constructor(@Inject(Health) private readonly health: Health) {}

  /** The process runs and its event loop turns. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 when everything it needs answers, else 503 with the reason of each check. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    const report = await this.health.ready();
    if (report.status !== 'ready') response.status(503);
    return report;
  }
}
