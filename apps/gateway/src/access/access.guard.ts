import { type CanActivate, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { PUBLIC_ROUTE, ProblemError } from '#libs/platform';
import type { Request } from 'express';
import { isSameOrigin, sessionOf } from './session-cookie.js';
import type { Role, Viewer } from './viewer.js';
import { Viewers } from './viewers.service.js';

const VIEWER_ROUTE = 'ioc:viewer-route';
const OPERATOR_ROUTE = 'ioc:operator-route';
const LEADER_ROUTE = 'ioc:leader-route';

/** Open to everybody, signed in or not. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_ROUTE, true);
/** Open to everybody who may look: persons and wall links, each within its scope. */
export const ForViewers = (): MethodDecorator & ClassDecorator => SetMetadata(VIEWER_ROUTE, true);

/** Open to operators and administrators. */
export const ForOperators = (): MethodDecorator & ClassDecorator => SetMetadata(OPERATOR_ROUTE, true);

/** Open to leaders, operators and administrators. */
export const ForLeaders = (): MethodDecorator & ClassDecorator => SetMetadata(LEADER_ROUTE, true);

export type ViewerRequest = Request & { viewer?: Viewer };

const ALLOWED: readonly { route: string; roles: readonly Role[]; words: string }[] = [
  { route: VIEWER_ROUTE, roles: ['administrator', 'operator', 'leader', 'viewer'], words: 'everybody who may look' },
  {
    route: LEADER_ROUTE,
    roles: ['administrator', 'operator', 'leader'],
    words: 'leaders, operators and administrators',
  },
  { route: OPERATOR_ROUTE, roles: ['administrator', 'operator'], words: 'operators and administrators' },
];

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
    const allowed = this.allowed(marks);
    if (allowed.roles.includes(viewer.role)) return true;
    throw new ProblemError(403, 'forbidden', 'Forbidden', `This is for ${allowed.words}.`);
  }

  /** The mark of the handler goes before that of its class. */
  private allowed(marks: readonly Parameters<Reflector['get']>[1][]): { roles: readonly Role[]; words: string } {
    for (const target of marks) {
      for (const { route, ...allowed } of ALLOWED)
        if (this.reflector.get<boolean | undefined>(route, target)) return allowed;
    }
    return { roles: ['administrator'], words: 'administrators' };
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
