import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { type SourceGrant, SourceRegistry } from '#libs/access';
import { type Clock, CLOCK, ProblemError, PUBLIC_ROUTE, Settings } from '#libs/platform';
import { BODY_TIMEOUT_MS } from '../ingest.tokens.js';
import { rawChunks, whole } from './body.js';

/** A request that a source made. */
export interface SourceRequest extends Request {
  grant: SourceGrant;
  /** The whole body as sent, where a signature over it had to be checked first. */
  signedBody?: Buffer;
}

const denied = (detail: string): ProblemError => new ProblemError(401, 'unauthenticated', undefined, detail);

/** Closed by default: every route that is not marked public needs a live key, or a signature made with its secret. */
@Injectable()
export class SourceGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(SourceRegistry) private readonly registry: SourceRegistry,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(BODY_TIMEOUT_MS) private readonly bodyTimeout: number,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_ROUTE, [context.getHandler(), context.getClass()]))
      return true;
    const request = context.switchToHttp().getRequest<SourceRequest>();
    const grant =
      request.headers['webhook-signature'] === undefined ? await this.byKey(request) : await this.bySignature(request);
    request.grant = grant;
    return true;
  }

  private async byKey(request: SourceRequest): Promise<SourceGrant> {
    const key = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) throw denied('Send the key of a source as a bearer token, or a webhook signature.');
    const grant = await this.registry.authenticateFresh(key, this.clock.now());
    if (!grant) throw denied('The key is unknown or revoked.');
    return grant;
  }

  private async bySignature(request: SourceRequest): Promise<SourceGrant> {
    const header = (name: string): string => {
      const value = request.headers[name];
      return typeof value === 'string' && value.length <= 2_000 ? value : '';
    };
    const source = request.query['source'];
    // An unknown source is told before its body is read.
    if (typeof source !== 'string' || !this.registry.source(source)) {
      throw denied('A signed request names its source: ?source=<id>.');
    }
    const limits = {
      packed: this.settings.BODY_MAX_BYTES,
      unpacked: this.settings.UNPACKED_MAX_BYTES,
      timeoutMs: this.bodyTimeout,
    };
    const body = await whole(rawChunks(request, limits));
    const signed = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
      body,
    };
    const grant = this.registry.authenticateSigned(source, signed, this.clock.now());
    if (!grant)
      throw denied('No live key of the source made this signature, or its time is off by more than 5 minutes.');
    request.signedBody = body;
    return grant;
  }
}
