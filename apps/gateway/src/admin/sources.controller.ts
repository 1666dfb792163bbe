import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type IssuedKey, SourceAdmin, type SourceView } from '#libs/access';
import type { DeviceEntity } from '#libs/persistence';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { AccessErrorInterceptor } from './access-error.interceptor.js';
import { DisableDto, NewDeviceDto, NewSourceDto } from './admin.dto.js';

type SourceEntry = SourceView & { revoked: boolean; lastEvent: string | null; lastSeen: string | null };

/** Systems that may push, their keys and devices. A key is in the answer to the request that made it, and never again. */
@Controller('v1/admin/sources')
@ApiTags('admin')
@UseInterceptors(AccessErrorInterceptor)
export class SourcesController {
  constructor(
    @Inject(SourceAdmin) private readonly sources: SourceAdmin,
    @Inject(BoardData) private readonly data: BoardData,
  ) {}

  @Get()
  async list(): Promise<{ sources: SourceEntry[] }> {
    const heard = new Map(this.data.sources.map((source) => [source.id, source]));
    const iso = (at: number | null | undefined): string | null => (at == null ? null : new Date(at).toISOString());
    const sources = (await this.sources.list()).map((source) => ({
      ...source,
      revoked: source.disabledAt !== null || source.keys.length === 0,
      lastEvent: iso(heard.get(source.id)?.lastEvent),
      lastSeen: iso(heard.get(source.id)?.lastSeen),
    }));
    return { sources };
  }

  @Post()
  add(@Body() source: NewSourceDto, @CurrentViewer() viewer: Viewer): Promise<IssuedKey> {
    return this.sources.add({ ...source }, viewer.name);
  }

  /** A second key beside the first. */
  @Post(':id/keys')
  rotate(@Param('id') id: string, @CurrentViewer() viewer: Viewer): Promise<IssuedKey> {
    return this.sources.rotate(id, viewer.name);
  }

  @Delete(':id/keys')
  async revokeAll(@Param('id') id: string, @CurrentViewer() viewer: Viewer): Promise<{ revoked: number }> {
    return { revoked: await this.sources.revoke(id, undefined, viewer.name) };
  }

  @Delete(':id/keys/:key')
  async revoke(
    @Param('id') id: string,
    @Param('key') key: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<{ revoked: number }> {
    return { revoked: await this.sources.revoke(id, key, viewer.name) };
  }

  @Put(':id/disabled')
  @HttpCode(204)
  disable(@Param('id') id: string, @Body() { disabled }: DisableDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.sources.disable(id, disabled, viewer.name);
  }

  @Get(':id/devices')
  async devices(@Param('id') id: string): Promise<{ devices: DeviceEntity[] }> {
    return { devices: await this.sources.listDevices(id) };
  }

  /** Adds a device, or changes the one at its address. */
  @Put(':id/devices')
  @HttpCode(204)
  addDevice(@Param('id') id: string, @Body() device: NewDeviceDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.sources.addDevice({ ...device, sourceId: id }, viewer.name);
  }
}
