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

/** Clock difference that a signed request may have (Standard Webhooks). */
const SIGNED_WITHIN_MS = 5 * 60_000;
/** `v1,<base64 of 32 bytes>`, at most four of them (two live keys, and room). */
const SIGNATURES = /^v1,[A-Za-z0-9+/]{43}=( v1,[A-Za-z0-9+/]{43}=){0,3}$/;
/** Bytes of bodies whose signature is not yet checked, of all requests together. */
const UNKNOWN_MOST_BYTES = 32 * 1024 * 1024;

const denied = (detail: string): ProblemError => new ProblemError(401, 'unauthenticated', undefined, detail);

/** One answer to whatever is wrong: a stranger must not learn which sources there are. */
const unsigned = (): ProblemError =>
  denied(
    'A signed request names its source (?source=<id>) and carries a signature of one of its live keys, not older than 5 minutes.',
  );

/** Closed by default: every route that is not marked public needs a live key, or a signature made with its secret. */
@Injectable()
export class SourceGuard implements CanActivate {
  private unknownBytes = 0;

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
    const [timestamp, signature] = [header('webhook-timestamp'), header('webhook-signature')];
    const soon = Math.abs(Number(timestamp) * 1000 - this.clock.now()) <= SIGNED_WITHIN_MS;
    // What can be told without the body is: an unknown sender must not make the door hold megabytes.
    if (typeof source !== 'string' || !this.registry.source(source) || !soon || !SIGNATURES.test(signature))
      throw unsigned();
    const body = await this.signedBody(request);
    const signed = {
      id: header('webhook-id'),
      timestamp,
      signature,
      body,
    };
    const grant = this.registry.authenticateSigned(source, signed, this.clock.now());
    if (!grant) throw unsigned();
    request.signedBody = body;
    return grant;
  }

  /** Reads the body before its sender is known, within what all such requests may hold together. */
  private async signedBody(request: SourceRequest): Promise<Buffer> {
    const declared = Number(request.headers['content-length'] ?? this.settings.BODY_MAX_BYTES);
    const reserved = Math.min(Number.isFinite(declared) ? declared : Infinity, this.settings.BODY_MAX_BYTES);
    if (this.unknownBytes + reserved > UNKNOWN_MOST_BYTES) {
      throw new ProblemError(429, 'busy', undefined, 'Too many signed requests are being read.', {}, 1);
    }
    this.unknownBytes += reserved;
    try {
      const limits = {
        packed: this.settings.BODY_MAX_BYTES,
        unpacked: this.settings.UNPACKED_MAX_BYTES,
        timeoutMs: this.bodyTimeout,
      };
      return await whole(rawChunks(request, limits));
    } finally {
      this.unknownBytes -= reserved;
    }
  }
}
