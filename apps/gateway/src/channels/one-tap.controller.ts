import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import type { Request } from 'express';
import { Public } from '../access/access.guard.js';
import { RateLimit } from '../live/rate-limit.js';
import { OneTapDto } from './channels.dto.js';
import { OneTap, type OneTapView } from './one-tap.service.js';

/** From one address; many people of an office may share one. */
const TRIES_A_SECOND = 1;
const TRIES_AT_ONCE = 60;
const MAX_ADDRESSES = 5_000;

/** The one-tap link of messages. Only POST does anything: scanners of mail follow links by GET. */
@Controller('v1/alerts')
@ApiTags('alerts')
@Public()
export class OneTapController {
  private readonly tries = new Map<string, RateLimit>();

  constructor(
    @Inject(OneTap) private readonly oneTap: OneTap,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** 404 what is no link of this hub, 409 one that was used, 410 one that has expired. */
  @Post('acknowledge-by-link')
  @HttpCode(200)
  acknowledge(@Body() { token, look }: OneTapDto, @Req() request: Request): Promise<OneTapView> {
    this.mayTry(request.socket.remoteAddress ?? '');
    return look === true ? this.oneTap.look(token) : this.oneTap.acknowledge(token);
  }

  private mayTry(address: string): void {
    const now = this.clock.now();
    if (this.tries.size >= MAX_ADDRESSES) this.tries.clear();
    const limit = this.tries.get(address) ?? new RateLimit(TRIES_A_SECOND, TRIES_AT_ONCE, now);
    this.tries.set(address, limit);
    if (!limit.take(now))
      throw new ProblemError(429, 'too-many-tries', 'Too Many Requests', 'Too many tries from this address.', {}, 5);
  }
}
