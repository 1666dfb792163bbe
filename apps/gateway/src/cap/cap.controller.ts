import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiProduces, ApiTags } from '@nestjs/swagger';
import { UnitDirectory } from '#libs/access';
import type { LiveBus } from '#libs/live';
import {
  CapError,
  capSources,
  faultOfUrl,
  MOST_CAP_CHARACTERS,
  readCap,
  saveCapSources,
  takeCap,
  type CapMessage,
  type CapSource,
  type CapSourceState,
  type Taken,
} from '#libs/notify';
import { AuditEntity, loadAlertSettings } from '#libs/persistence';
import { CLOCK, ProblemError, Settings, type Clock } from '#libs/platform';
import type { Request } from 'express';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import { ForOperators, Public } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { BUS, POOL, UNITS } from '../gateway.tokens.js';
import { CapFeeds } from './cap-feed.service.js';
import { CapPageDto, CapSourcesDto } from './cap.dto.js';

const CACHE = 'public, max-age=15';

/** Warnings by the Common Alerting Protocol 1.2: out for everybody, and in from others. */
@Controller('v1')
@ApiTags('cap')
export class CapController {
  constructor(
    @Inject(CapFeeds) private readonly feeds: CapFeeds,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(UNITS) private readonly units: UnitDirectory,
    @Inject(BUS) private readonly bus: LiveBus,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The Atom feed of a channel of kind `cap`: the newest messages, and the address of the next page (RFC 5005). */
  @Get('public/cap/:channel/feed.atom')
  @Public()
  @Header('Content-Type', 'application/atom+xml; charset=utf-8')
  @Header('Cache-Control', CACHE)
  @ApiProduces('application/atom+xml')
  async feed(@Param('channel') channel: string, @Query() { page }: CapPageDto): Promise<string> {
    return found(await this.feeds.atom(channel, Number(page ?? 1)));
  }

  /** One CAP message, by its identifier. */
  @Get('public/cap/:channel/:identifier.xml')
  @Public()
  @Header('Content-Type', 'application/cap+xml; charset=utf-8')
  @Header('Cache-Control', CACHE)
  @ApiProduces('application/cap+xml')
  async message(@Param('channel') channel: string, @Param('identifier') identifier: string): Promise<string> {
    return found(await this.feeds.message(channel, identifier));
  }

  /** Takes one CAP message by hand, as XML; the same again changes nothing. */
  @Post('cap/messages')
  @ForOperators()
  @HttpCode(200)
  @ApiConsumes('application/cap+xml', 'application/xml')
  @ApiBody({ schema: { type: 'string' } })
  async take(@CurrentViewer() viewer: Viewer, @Req() request: Request): Promise<Taken> {
    const message = await readBody(request);
    const { limits } = await loadAlertSettings(this.database.manager);
    const ports = { pool: this.pool, limits, unit: (code: string) => this.units.find(code) };
    const taken = await takeCap(ports, message, viewer.name, this.clock.now());
    const ids = 'changed' in taken ? taken.changed : [];
    if (ids.length > 0) await this.bus.publish('alerts', { ids, more: false, setup: false });
    return taken;
  }

  /** The feeds of others that are read every minute, each with how that went last. */
  @Get('cap/sources')
  async sources(): Promise<{ sources: (CapSource & CapSourceState)[] }> {
    return { sources: await capSources(this.pool) };
  }

  @Put('cap/sources')
  async save(
    @CurrentViewer() viewer: Viewer,
    @Body() { sources }: CapSourcesDto,
  ): Promise<{ sources: (CapSource & CapSourceState)[] }> {
    const errors = sources.flatMap(({ url }, i) => {
      const fault = faultOfUrl(url, this.settings.CHANNELS_PRIVATE, 'CHANNELS_PRIVATE');
      return fault === null ? [] : [{ path: `/sources/${i}/url`, message: fault }];
    });
    if (errors.length > 0) throw new ProblemError(400, 'invalid', undefined, 'A feed has a wrong address.', { errors });
    await saveCapSources(
      this.pool,
      sources.map(({ name, url }) => ({ name, url })),
    );
    const detail = { sources: sources.map(({ name }) => name) };
    await this.database.manager.insert(AuditEntity, {
      actor: viewer.name,
      action: 'cap.sources',
      object: 'cap',
      detail,
    });
    return this.sources();
  }
}

function found(xml: string | null): string {
  if (xml === null) throw new ProblemError(404, 'not-found', 'Not Found', 'There is no such feed or message.');
  return xml;
}

async function readBody(request: Request): Promise<CapMessage> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    // Characters of XML take four bytes at most.
    if (size > 4 * MOST_CAP_CHARACTERS)
      throw new ProblemError(413, 'too-large', undefined, 'A CAP message must be smaller.');
    parts.push(part);
  }
  try {
    return readCap(Buffer.concat(parts).toString('utf8'));
  } catch (error) {
    if (!(error instanceof CapError)) throw error;
    throw new ProblemError(422, 'cap-invalid', undefined, `This is no CAP 1.2 message: ${error.message}`);
  }
}
