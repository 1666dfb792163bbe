import type { Shift } from '#libs/alerting';
import { DAY_MS, type Schedule } from '#libs/contracts';
import type { Versioned } from '#libs/persistence';
import { CLOCK, type Clock, ProblemError } from '#libs/platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ForAdministrators, ForLeaders, ForOperators } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { OnCall, type Saved } from './on-call.service.js';
import { ChangedScheduleDto, MOST_OVERRIDES, OverrideDto, SpanDto, VersionDto } from './schedule.dto.js';
import { checkId, found } from './setup.controller.js';
import { withoutNulls } from './without-nulls.js';

const MOST_DAYS = 100;
/** Overrides are kept so long after they ended, for looking back; older ones make room. */
const KEPT_MS = 400 * DAY_MS;

/** Who is on call when. Everybody who is signed in may look; operators stand in for each other. */
@Controller('v1/schedules')
@ApiTags('on call')
@ForLeaders()
export class SchedulesController {
  constructor(
    @Inject(OnCall) private readonly onCall: OnCall,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  async list(): Promise<{ schedules: Versioned<Schedule>[] }> {
    return { schedules: (await this.onCall.setup()).schedules };
  }

  @Get(':id')
  async one(@Param('id') id: string): Promise<Versioned<Schedule>> {
    return found(id, (await this.onCall.setup()).schedules);
  }

  @Get(':id/shifts')
  @ApiOperation({
    summary: 'Who is on call from when to when (epoch ms), and by each layer alone; gaps are shifts of nobody',
  })
  async shifts(@Param('id') id: string, @Query() span: SpanDto): Promise<{ shifts: Shift[]; layers: Shift[][] }> {
    const from = Date.parse(span.from);
    const to = Date.parse(span.to);
    if (!(from < to && to - from <= MOST_DAYS * DAY_MS)) {
      const message = `to must be after from, by at most ${MOST_DAYS} days`;
      throw new ProblemError(400, 'field-invalid', undefined, message, { errors: [{ path: '/to', message }] });
    }
    return this.onCall.shifts(id, from, to);
  }

  @Put(':id')
  @ForAdministrators()
  @ApiOperation({ summary: 'Saves a schedule in which nothing is wrong' })
  save(
    @Param('id') id: string,
    @Body() { version, ...schedule }: ChangedScheduleDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Saved> {
    return this.onCall.saveSchedule({ id: checkId(id), ...withoutNulls(schedule) }, version, viewer.name);
  }

  @Delete(':id')
  @HttpCode(204)
  @ForAdministrators()
  remove(@Param('id') id: string, @Query() { version }: VersionDto, @CurrentViewer() viewer: Viewer): Promise<void> {
    return this.onCall.remove('schedule', id, Number(version), viewer.name);
  }

  @Post(':id/overrides')
  @ForOperators()
  @ApiOperation({ summary: 'Somebody instead of whoever the layers name; may not overlap another override' })
  addOverride(
    @Param('id') id: string,
    @Body() { from, to, person }: OverrideDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Saved> {
    return this.onCall.changeSchedule(id, viewer.name, (schedule) => {
      const oldest = this.clock.now() - KEPT_MS;
      const kept = schedule.overrides.filter((each) => Date.parse(each.to) > oldest);
      if (kept.length >= MOST_OVERRIDES) {
        throw new ProblemError(409, 'too-many', undefined, `There may be ${MOST_OVERRIDES} at most; remove one first.`);
      }
      return { ...schedule, overrides: [...kept, { from, to, person }] };
    });
  }

  @Delete(':id/overrides/:from')
  @ForOperators()
  @ApiOperation({ summary: 'Takes back the override that begins at a moment (ISO 8601)' })
  removeOverride(
    @Param('id') id: string,
    @Param('from') from: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<Saved> {
    const begin = Date.parse(from);
    return this.onCall.changeSchedule(id, viewer.name, (schedule) => {
      const overrides = schedule.overrides.filter((each) => Date.parse(each.from) !== begin);
      if (overrides.length === schedule.overrides.length) {
        throw new ProblemError(404, 'not-found', undefined, 'No override of this schedule begins then.');
      }
      return { ...schedule, overrides };
    });
  }
}
