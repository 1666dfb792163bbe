import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ChannelView } from '#libs/contracts';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { AccessErrorInterceptor } from '../admin/access-error.interceptor.js';
import { DisableDto } from '../admin/admin.dto.js';
import { ChannelDto, NewChannelDto, TestChannelDto } from './channels.dto.js';
import { ChannelTest, type TestAnswer } from './channel-test.service.js';
import { Channels } from './channels.service.js';
import { DeadLetters, type DeadLetter } from './dead-letters.service.js';

/** Ways out of alerts, for administrators. Secrets are written, never read. */
@Controller('v1/channels')
@ApiTags('channels')
@UseInterceptors(AccessErrorInterceptor)
export class ChannelsController {
  constructor(
    @Inject(Channels) private readonly channels: Channels,
    @Inject(ChannelTest) private readonly tests: ChannelTest,
    @Inject(DeadLetters) private readonly dead: DeadLetters,
  ) {}

  @Get()
  async list(): Promise<{ channels: ChannelView[] }> {
    return { channels: await this.channels.list() };
  }

  /** The signing secret of a plain webhook is in the answer, and never shown again. */
  @Post()
  add(@Body() body: NewChannelDto, @CurrentViewer() viewer: Viewer): Promise<{ id: string; secret: string | null }> {
    const { id, kind, ...given } = body;
    return this.channels.add(id, kind, given, viewer.name);
  }

  @Put(':id')
  @HttpCode(204)
  change(@Param('id') id: string, @Body() body: ChannelDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.channels.change(id, body, viewer.name);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.channels.remove(id, viewer.name);
  }

  @Put(':id/disabled')
  @HttpCode(204)
  disable(@Param('id') id: string, @Body() { disabled }: DisableDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.channels.disable(id, disabled, viewer.name);
  }

  /** A new signing secret of a plain webhook; the old one signs beside it for a day. */
  @Post(':id/secret')
  rotate(@Param('id') id: string, @CurrentViewer() viewer: Viewer): Promise<{ id: string; secret: string }> {
    return this.channels.rotate(id, viewer.name);
  }

  /** Sends a test message now; 200 with what the channel answered, also when it refused. */
  @Post(':id/test')
  @HttpCode(200)
  test(
    @Param('id') id: string,
    @Body() { address }: TestChannelDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<TestAnswer> {
    return this.tests.test(id, address, viewer);
  }

  /** What could not be delivered, newest first, at most 200. */
  @Get(':id/dead')
  async deadLetters(@Param('id') id: string): Promise<{ dead: DeadLetter[] }> {
    return { dead: await this.dead.list(id) };
  }

  /** Sends all of them again, at most 1,000 a call. */
  @Post(':id/dead/replay')
  @HttpCode(202)
  async replayAll(@Param('id') id: string, @CurrentViewer() viewer: Viewer): Promise<{ replayed: number }> {
    return { replayed: await this.dead.replay(id, null, viewer.name) };
  }

  @Post(':id/dead/:notification/replay')
  @HttpCode(202)
  async replay(
    @Param('id') id: string,
    @Param('notification', ParseUUIDPipe) notification: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<{ replayed: number }> {
    return { replayed: await this.dead.replay(id, notification, viewer.name) };
  }
}
