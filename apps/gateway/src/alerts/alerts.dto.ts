import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import {
  ALERT_STATES,
  SEVERITIES,
  type AlertAction,
  type AlertState,
  type DisasterLevel,
  type Severity,
} from '#libs/contracts';

const LOGIN = /^[a-z0-9][a-z0-9._-]{1,59}$/;
const ACTIONS = [
  'acknowledge',
  'start',
  'assign',
  'hand-over',
  'comment',
  'tick',
  'resolve',
  'close',
  'reopen',
] as const satisfies readonly AlertAction['action'][];
const DISASTER_LEVELS = [1, 2, 3, 4, 5] as const satisfies readonly DisasterLevel[];
const STATES = [...ALERT_STATES, 'open', 'all'] as const;

const list = ({ value }: { value: unknown }): unknown => (typeof value === 'string' ? value.split(',') : value);

export class AlertFilterDto {
  @ApiPropertyOptional({
    description: 'States, separated by commas; `open` (default): firing, acknowledged, in-progress; `all`',
    enum: STATES,
    isArray: true,
  })
  @IsOptional()
  @Transform(list)
  @IsIn(STATES, { each: true })
  @ArrayMaxSize(STATES.length)
  state?: (AlertState | 'open' | 'all')[];

  @ApiPropertyOptional({ description: 'Severities, separated by commas', enum: SEVERITIES, isArray: true })
  @IsOptional()
  @Transform(list)
  @IsIn(SEVERITIES, { each: true })
  @ArrayMaxSize(SEVERITIES.length)
  severity?: Severity[];

  @ApiPropertyOptional({ description: 'Only of this sector' })
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { message: 'sector must be the name of a sector' })
  sector?: string;

  @ApiPropertyOptional({ description: 'Only of this administrative unit and all below it' })
  @IsOptional()
  @Matches(/^(former:)?[0-9A-Za-z]{1,10}$/, { message: 'unit must be the code of an administrative unit' })
  unit?: string;

  @ApiPropertyOptional({ description: 'Only of this rule' })
  @IsOptional()
  @IsString()
  @MaxLength(120)
  rule?: string;

  @ApiPropertyOptional({ enum: ['rule', 'manual', 'cap'] })
  @IsOptional()
  @IsIn(['rule', 'manual', 'cap'])
  origin?: 'rule' | 'manual' | 'cap';

  @ApiPropertyOptional({ description: 'Login of who has it; `me`; `nobody`' })
  @IsOptional()
  @Matches(LOGIN, { message: 'assignee must be a login, `me` or `nobody`' })
  assignee?: string;

  @ApiPropertyOptional({ description: 'Words of title, place, rule or number, with or without their marks' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  text?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Fired at or after' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Fired before' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

class PageDto {
  @ApiPropertyOptional({
    enum: ['worst', 'newest'],
    description:
      'Default: the worst first, of these what nobody has answered, while only open ones are asked for; else the newest',
  })
  @IsOptional()
  @IsIn(['worst', 'newest'])
  order?: 'worst' | 'newest';

  @ApiPropertyOptional({ description: '`next` of the page before' })
  @IsOptional()
  @Matches(/^\d{1,10}(\.\d{1,10})?$/, { message: 'after must be `next` of the page before' })
  after?: string;

  @ApiPropertyOptional({ default: 50, maximum: 200 })
  @IsOptional()
  @Matches(/^([1-9]\d?|1\d\d|200)$/, { message: 'limit must be a number from 1 to 200' })
  limit?: string;
}

export class AlertsQueryDto extends IntersectionType(AlertFilterDto, PageDto) {}

export class AlertActionDto {
  @ApiProperty({ enum: ACTIONS })
  @IsIn(ACTIONS)
  action!: (typeof ACTIONS)[number];

  @ApiPropertyOptional({
    description: 'Required to comment, hand over, resolve and reopen; no personal data',
    maxLength: 2000,
  })
  @ValidateIf(({ action, comment }: AlertActionDto) => comment !== undefined || NEED_COMMENT.has(action))
  @IsString()
  @Matches(/\S/, { message: 'comment must say something' })
  @MaxLength(2_000)
  comment?: string;

  @ApiPropertyOptional({
    nullable: true,
    type: String,
    description: 'Login, to assign (null: nobody) and to hand over',
  })
  @ValidateIf(
    ({ action, assignee }: AlertActionDto) => action === 'hand-over' || (action === 'assign' && assignee !== null),
  )
  @Matches(LOGIN, { message: 'assignee must be the login of a person' })
  assignee?: string | null;

  @ApiPropertyOptional({ description: 'To tick: which step, from 0' })
  @ValidateIf(({ action }: AlertActionDto) => action === 'tick')
  @IsInt()
  @Min(0)
  @Max(99)
  step?: number;

  @ApiPropertyOptional({ description: 'To tick: done, or not' })
  @ValidateIf(({ action }: AlertActionDto) => action === 'tick')
  @IsBoolean()
  done?: boolean;
}

const NEED_COMMENT: ReadonlySet<string> = new Set(['comment', 'hand-over', 'resolve', 'reopen']);

export class BulkActionDto extends AlertActionDto {
  @ApiProperty({ type: [String], description: 'Ids of alerts', minItems: 1, maxItems: 200 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsUUID(undefined, { each: true })
  ids!: string[];
}

/** The action of a request whose fields have been checked. */
export function actionOf({ action, comment, assignee, step, done }: AlertActionDto): AlertAction {
  const said = comment === undefined ? {} : { comment };
  switch (action) {
    case 'assign':
      return { action, assignee: assignee ?? null, ...said };
    case 'hand-over':
      return { action, assignee: assignee ?? '', comment: comment ?? '' };
    case 'tick':
      return { action, step: step ?? 0, done: done ?? true };
    case 'comment':
    case 'resolve':
    case 'reopen':
      return { action, comment: comment ?? '' };
    default:
      return { action, ...said };
  }
}

export class NewAlertDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Key of this request: sent again, it raises nothing new' })
  @IsOptional()
  @IsUUID()
  key?: string;

  @ApiProperty({ description: 'What is wrong, in one line; no personal data', maxLength: 200 })
  @IsString()
  @Matches(/\S/, { message: 'title must say what is wrong' })
  @MaxLength(200)
  title!: string;

  @ApiProperty({ enum: SEVERITIES })
  @IsIn(SEVERITIES)
  severity!: Severity;

  @ApiPropertyOptional({
    enum: DISASTER_LEVELS,
    description:
      'Level of disaster risk (QĐ 18/2021/QĐ-TTg), where it is about a disaster; without one no CAP feed of disasters publishes it',
  })
  @IsOptional()
  @IsIn(DISASTER_LEVELS)
  disaster?: DisasterLevel;

  @ApiPropertyOptional({ description: 'Sector whose viewers see it; absent: those who see all sectors' })
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { message: 'sector must be the name of a sector' })
  sector?: string;

  @ApiPropertyOptional({ description: 'Code of the administrative unit; absent: those who see all units' })
  @IsOptional()
  @Matches(/^[0-9A-Za-z]{1,10}$/, { message: 'unit must be the code of an administrative unit' })
  unit?: string;

  @ApiPropertyOptional({ description: 'Where, where that is more than the name of the unit', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  place?: string;

  @ApiPropertyOptional({ description: 'Degrees east, with `lat`' })
  @ValidateIf(({ lon, lat }: NewAlertDto) => lon !== undefined || lat !== undefined)
  @IsNumber()
  @Min(-180)
  @Max(180)
  lon?: number;

  @ApiPropertyOptional({ description: 'Degrees north, with `lon`' })
  @ValidateIf(({ lon, lat }: NewAlertDto) => lon !== undefined || lat !== undefined)
  @IsNumber()
  @Min(-90)
  @Max(90)
  lat?: number;

  @ApiPropertyOptional({ description: 'What else is known; no personal data', maxLength: 4000 })
  @IsOptional()
  @IsString()
  @MaxLength(4_000)
  description?: string;

  @ApiPropertyOptional({ type: [String], description: 'What to do, step by step', maxItems: 20 })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @IsString({ each: true })
  @Matches(/\S/, { each: true, message: 'each step must say what to do' })
  @MaxLength(300, { each: true })
  steps?: string[];
}
