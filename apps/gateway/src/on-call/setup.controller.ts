import type { AlertSettings, OnCallFault, Policy, Schedule } from '#libs/contracts';
import type { Versioned } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForAdministrators, ForLeaders, ForOperators } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { withoutNulls } from './without-nulls.js';
import type { NowView } from './now.js';
import { OnCall, type Saved } from './on-call.service.js';
import { ChangedPolicyDto } from './policy.dto.js';
import { ID } from './record.dto.js';
import { VersionDto } from './schedule.dto.js';
import { ChangedSettingsDto, CheckDto } from './settings.dto.js';

export function checkId(id: string): string {
  if (ID.test(id)) return id;
  throw new ProblemError(400, 'field-invalid', undefined, 'id must be 1 to 60 of a-z, 0-9, "-", "_", "."', {
    errors: [{ path: '/id', message: 'id must be 1 to 60 of a-z, 0-9, "-", "_", "."' }],
  });
}

/** Policies, routes and the rest of what decides who is told. Everybody who is signed in may look. */
@Controller('v1')
@ApiTags('on call')
@ForLeaders()
export class OnCallController {
  constructor(@Inject(OnCall) private readonly onCall: OnCall) {}

  @Get('on-call/now')
  @ApiOperation({ summary: 'Who is on call now, and whom each policy would tell of a critical alert' })
  now(): Promise<NowView> {
    return this.onCall.now();
  }

  @Post('on-call/check')
  @HttpCode(200)
  @ForOperators()
  @ApiOperation({ summary: 'What is wrong with the setup, or would be with these changes; nothing is saved' })
  async check(@Body() { schedules, policies, settings }: CheckDto): Promise<{ faults: OnCallFault[] }> {
    const faults = await this.onCall.check({
      ...(schedules ? { schedules: schedules.map(withoutNulls) } : {}),
      ...(policies ? { policies: policies.map(withoutNulls) } : {}),
      ...(settings ? { settings: plainSettings(settings) } : {}),
    });
    return { faults };
  }

  @Get('policies')
  async policies(): Promise<{ policies: Versioned<Policy>[] }> {
    return { policies: (await this.onCall.setup()).policies };
  }

  @Get('policies/:id')
  async policy(@Param('id') id: string): Promise<Versioned<Policy>> {
    return found(id, (await this.onCall.setup()).policies);
  }

  @Put('policies/:id')
  @ForAdministrators()
  @ApiOperation({ summary: 'Saves a policy in which nothing is wrong; the answer tells what it leaves open' })
  savePolicy(
    @Param('id') id: string,
    @Body() { version, ...policy }: ChangedPolicyDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Saved> {
    return this.onCall.savePolicy({ id: checkId(id), ...withoutNulls(policy) }, version, viewer.name);
  }

  @Delete('policies/:id')
  @HttpCode(204)
  @ForAdministrators()
  removePolicy(
    @Param('id') id: string,
    @Query() { version }: VersionDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<void> {
    return this.onCall.remove('policy', id, Number(version), viewer.name);
  }

  @Get('alert-settings')
  settings(): Promise<Versioned<AlertSettings>> {
    return this.onCall.settings();
  }

  @Put('alert-settings')
  @ForAdministrators()
  saveSettings(@Body() { version, ...settings }: ChangedSettingsDto, @CurrentViewer() viewer: Viewer): Promise<Saved> {
    return this.onCall.saveSettings(plainSettings(settings), version, viewer.name);
  }
}

/** No brief is a choice; every other null is an absent field. */
const plainSettings = (settings: AlertSettings): AlertSettings => ({
  ...withoutNulls(settings),
  brief: settings.brief && withoutNulls(settings.brief),
});

export function found<T extends Schedule | Policy>(id: string, all: readonly Versioned<T>[]): Versioned<T> {
  const one = all.find((each) => each.id === id);
  if (!one) throw new ProblemError(404, 'not-found', undefined, `There is no "${id}".`);
  return one;
}
