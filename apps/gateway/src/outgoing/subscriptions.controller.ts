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
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import type { DeliveryEntity, SubscriptionEntity } from '#libs/persistence';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { AccessErrorInterceptor } from '../admin/access-error.interceptor.js';
import { DisableDto } from '../admin/admin.dto.js';
import { Subscriptions } from './subscriptions.service.js';

export class NewSubscriptionDto {
  @ApiProperty({ maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @ApiProperty({
    description: 'Takes POST requests signed by Standard Webhooks',
    example: 'https://example.gov.vn/hook',
  })
  @IsString()
  @MaxLength(500)
  url!: string;

  @ApiProperty({ type: [String], description: 'Sector ids; * for all' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(40, { each: true })
  sectors!: string[];

  @ApiProperty({ enum: ['public', 'internal'], description: 'Highest sharing level that it may have' })
  @IsIn(['public', 'internal'])
  sharing!: 'public' | 'internal';
}

const MOST_DELIVERIES = 100;

/** Systems that are told when figures are published. */
@Controller('v1/admin/subscriptions')
@ApiTags('admin')
@UseInterceptors(AccessErrorInterceptor)
export class SubscriptionsController {
  constructor(@Inject(Subscriptions) private readonly subscriptions: Subscriptions) {}

  @Get()
  async list(): Promise<{ subscriptions: SubscriptionEntity[] }> {
    return { subscriptions: await this.subscriptions.list() };
  }

  /** The signing secret is in the answer, and never shown again. */
  @Post()
  add(@Body() body: NewSubscriptionDto, @CurrentViewer() viewer: Viewer): Promise<{ id: string; secret: string }> {
    return this.subscriptions.add(body, viewer.name);
  }

  /** A new secret; the old one signs beside it for a day. */
  @Post(':id/secret')
  rotate(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<{ id: string; secret: string }> {
    return this.subscriptions.rotate(id, viewer.name);
  }

  @Put(':id/disabled')
  @HttpCode(204)
  disable(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { disabled }: DisableDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<void> {
    return this.subscriptions.disable(id, disabled, viewer.name);
  }

  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id', ParseUUIDPipe) id: string, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.subscriptions.remove(id, viewer.name);
  }

  /** Its newest messages with what was answered. */
  @Get(':id/deliveries')
  async deliveries(@Param('id', ParseUUIDPipe) id: string): Promise<{ deliveries: DeliveryEntity[] }> {
    return { deliveries: await this.subscriptions.deliveries(id, MOST_DELIVERIES) };
  }

  /** Another round for a message that was given up. */
  @Post(':id/deliveries/:delivery/replay')
  @HttpCode(202)
  replay(@Param('delivery', ParseUUIDPipe) delivery: string, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.subscriptions.replay(delivery, viewer.name);
  }
}
