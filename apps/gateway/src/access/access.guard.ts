import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PUBLIC_ROUTE, ProblemError } from '#libs/platform';
import type { Request } from 'express';
import { isSameOrigin, sessionOf } from './session-cookie.js';
import { isAtLeast, type Role, type Viewer } from './viewer.js';
import { Viewers } from './viewers.service.js';

const LEAST_ROLE = 'ioc:least-role';

/** Open to everybody, signed in or not. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_ROUTE, true);
/** Open to everybody who may look: persons and wall links, each within its scope. */
export const ForViewers = (): MethodDecorator & ClassDecorator => SetMetadata(LEAST_ROLE, 'viewer' satisfies Role);

/** Open to every person who is signed in: leaders, operators, administrators. */
export const ForLeaders = (): MethodDecorator & ClassDecorator => SetMetadata(LEAST_ROLE, 'leader' satisfies Role);

/** Open to operators and administrators. */
export const ForOperators = (): MethodDecorator & ClassDecorator => SetMetadata(LEAST_ROLE, 'operator' satisfies Role);

/** Open to administrators only, within a controller that is open to others. */
export const ForAdministrators = (): MethodDecorator & ClassDecorator =>
  SetMetadata(LEAST_ROLE, 'administrator' satisfies Role);

const FORBIDDEN: Record<Role, string> = {
  viewer: 'This is for viewers.',
  leader: 'This is for people who are signed in.',
  operator: 'This is for operators and administrators.',
  administrator: 'This is for administrators.',
};

export type ViewerRequest = Request & { viewer?: Viewer };

/**
 * Closed by default: a route without a mark is for administrators. Who asks shows a session cookie, or a wall link's
 * token as bearer. A cookie may change something only from a page of this hub.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(Viewers) private readonly viewers: Viewers,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets have a guard of their own.
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<ViewerRequest>();
    if (!['GET', 'HEAD', 'OPTIONS'].includes(request.method) && !isSameOrigin(request)) {
      throw new ProblemError(403, 'foreign-origin', 'Forbidden', 'Changes are taken from pages of this hub only.');
    }
    const marks = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, marks)) return true;
    const viewer = await this.viewerOf(request);
    if (!viewer)
      throw new ProblemError(401, 'not-signed-in', 'Unauthorized', 'Sign in, or show the token of a wall link.');
    request.viewer = viewer;
    const least = this.reflector.getAllAndOverride<Role | undefined>(LEAST_ROLE, marks) ?? 'administrator';
    if (!isAtLeast(viewer.role, least)) throw new ProblemError(403, 'forbidden', 'Forbidden', FORBIDDEN[least]);
    return true;
  }

  private async viewerOf(request: Request): Promise<Viewer | null> {
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    try {
      return await this.viewers.find({ token, session: sessionOf(request) });
    } catch {
      throw new ProblemError(503, 'store-unreachable', 'Service Unavailable', 'The database does not answer.', {}, 2);
    }
  }
}
