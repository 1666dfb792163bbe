import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { Sessions, Users } from '#libs/access';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import type { Request, Response } from 'express';
import { ForViewers, Public } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import { clearSession, sessionOf, setSession } from '../access/session-cookie.js';
import type { Viewer } from '../access/viewer.js';
import { Viewers } from '../access/viewers.service.js';
import { RateLimit } from '../live/rate-limit.js';
import { LoginDto } from './session.dto.js';

/** Tries from one address: each costs a password hash. */
const TRIES_A_SECOND = 0.2;
const TRIES_AT_ONCE = 20;
const MAX_ADDRESSES = 5_000;

interface Me {
  kind: Viewer['kind'];
  name: string;
  role: Viewer['role'];
  scope: Viewer['scope'];
  expiresAt: string | null;
}

/** Signing in and out. The session lives in a cookie that scripts cannot read. */
@Controller('v1')
export class SessionController {
  private readonly tries = new Map<string, RateLimit>();

  constructor(
    @Inject(Users) private readonly users: Users,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(Viewers) private readonly viewers: Viewers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('session')
  @Public()
  @HttpCode(200)
  async login(
    @Body() { login, password }: LoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ login: string; role: string; expiresAt: string }> {
    this.mayTry(request.socket.remoteAddress ?? '');
    const now = new Date(this.clock.now());
    const result = await this.users.verify(login, password, now);
    if (!result.ok) {
      if (result.reason === 'locked') {
        const seconds = Math.ceil(((result.until?.getTime() ?? now.getTime()) - now.getTime()) / 1000);
        throw new ProblemError(
          429,
          'login-locked',
          'Too Many Requests',
          'Too many wrong passwords; this login is locked for a while.',
          {},
          Math.max(1, seconds),
        );
      }
      throw new ProblemError(401, 'login-invalid', 'Unauthorized', 'Login or password is wrong.');
    }
    const { token, expiresAt } = await this.sessions.open(result.user.id, now);
    setSession(request, response, token, expiresAt);
    return { login: result.user.login, role: result.user.role, expiresAt: expiresAt.toISOString() };
  }

  @Delete('session')
  @Public()
  @HttpCode(204)
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = sessionOf(request);
    if (token !== undefined) await this.sessions.close(token);
    this.viewers.forget();
    clearSession(request, response);
  }

  @Get('me')
  @ForViewers()
  me(@CurrentViewer() viewer: Viewer): Me {
    const { kind, name, role, scope, expiresAt } = viewer;
    return { kind, name, role, scope, expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString() };
  }

  private mayTry(address: string): void {
    const now = this.clock.now();
    if (this.tries.size >= MAX_ADDRESSES) this.tries.clear();
    const limit = this.tries.get(address) ?? new RateLimit(TRIES_A_SECOND, TRIES_AT_ONCE, now);
    this.tries.set(address, limit);
    if (!limit.take(now))
      throw new ProblemError(429, 'too-many-logins', 'Too Many Requests', 'Too many tries from this address.', {}, 10);
  }
}
