import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Verdict } from '#libs/contracts';
import { ProblemError, Settings } from '#libs/platform';
import { BODY_TIMEOUT_MS } from '../ingest.tokens.js';
import { IntakeService } from '../intake/intake.service.js';
import { rawChunks, unpackedChunks } from './body.js';
import { decode, encodingOf } from './decode.js';
import type { SourceRequest } from './source.guard.js';

/** Requests of one source being read at once. */
const MAX_OPEN_OF_SOURCE = 256;

@ApiTags('events')
@ApiBearerAuth()
@Controller('v1/events')
export class EventsController {
  private readonly open = new Map<string, number>();

  constructor(
    @Inject(IntakeService) private readonly intake: IntakeService,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(BODY_TIMEOUT_MS) private readonly bodyTimeout: number,
  ) {}

  /** 202 when at least one event is accepted and durable; 422 when every event is refused. */
  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Push events: a verdict for each, durable when answered' })
  async post(@Req() request: SourceRequest, @Res({ passthrough: true }) response: Response): Promise<Verdict> {
    const { grant } = request;
    const open = this.open.get(grant.id) ?? 0;
    if (open >= MAX_OPEN_OF_SOURCE) {
      throw new ProblemError(429, 'busy', undefined, 'This source has too many open requests.', {}, 1);
    }
    this.open.set(grant.id, open + 1);
    try {
      return await this.take(request);
    } catch (error) {
      // What is left of a body that nobody will read must not be taken for the next request.
      if (!request.readableEnded) response.setHeader('Connection', 'close');
      throw error;
    } finally {
      this.open.set(grant.id, (this.open.get(grant.id) ?? 1) - 1);
    }
  }

  private async take(request: SourceRequest): Promise<Verdict> {
    const encoding = encodingOf(request.headers);
    this.intake.checkOpen(request.grant);
    const intake = this.intake.begin(request.grant);
    const limits = {
      packed: this.settings.BODY_MAX_BYTES,
      unpacked: this.settings.UNPACKED_MAX_BYTES,
      timeoutMs: this.bodyTimeout,
    };
    const raw = request.signedBody ? one(request.signedBody) : rawChunks(request, limits);
    const chunks = unpackedChunks(raw, request.headers['content-encoding'], limits);
    await decode(encoding, request.headers, chunks, (event) => intake.add(event));
    if (intake.count === 0) throw new ProblemError(400, 'batch-empty', undefined, 'The body holds no event.');
    const verdict = await this.intake.finish(intake, 'http');
    if (verdict.accepted > 0) return verdict;
    throw new ProblemError(422, 'all-rejected', undefined, 'Every event was refused.', { ...verdict });
  }
}

async function* one(body: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(body);
}
