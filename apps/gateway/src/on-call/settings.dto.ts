import { SEVERITIES, type AlertSettings, type Route, type Severity, type Target } from '#libs/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { NamedPolicyDto } from './policy.dto.js';
import { DAY, HoursDto, NamedScheduleDto, TIME, TIME_MESSAGE } from './schedule.dto.js';
import { ApiTargets, IsTargets } from './targets.decorator.js';

const MOST_MINUTES = 60 * 24 * 90;

/** A list of codes that narrows a route; absent: all. */
const Codes =
  (description: string): PropertyDecorator =>
  (target, name) => {
    for (const decorate of [
      ApiPropertyOptional({ type: [String], description }),
      IsOptional(),
      IsArray(),
      ArrayMinSize(1),
      ArrayMaxSize(500),
      IsString({ each: true }),
      MaxLength(100, { each: true }),
    ]) {
      decorate(target, name);
    }
  };

export class RouteDto implements Route {
  @ApiProperty({ description: 'Id of the policy' })
  @IsString()
  @MaxLength(60)
  policy!: string;

  @Codes('Sector ids')
  sectors?: string[];

  @Codes('Unit codes, each with all below')
  units?: string[];

  @ApiPropertyOptional({ enum: SEVERITIES, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(SEVERITIES, { each: true })
  severities?: Severity[];

  @Codes('Rule ids')
  rules?: string[];

  @Codes('Codes of agencies that have to act, each with all below: H13 has H13.25')
  agencies?: string[];

  @ApiPropertyOptional({ type: HoursDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => HoursDto)
  hours?: HoursDto;
}

export class LimitDto {
  @ApiProperty({ minimum: 1, description: 'Minutes until somebody must answer' })
  @IsInt()
  @Min(1)
  @Max(MOST_MINUTES)
  respond!: number;

  @ApiProperty({ minimum: 1, description: 'Minutes until it must be solved' })
  @IsInt()
  @Min(1)
  @Max(MOST_MINUTES)
  resolve!: number;
}

export class LimitsDto implements Record<Severity, LimitDto> {
  @ApiProperty({ type: LimitDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => LimitDto)
  information!: LimitDto;

  @ApiProperty({ type: LimitDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => LimitDto)
  warning!: LimitDto;

  @ApiProperty({ type: LimitDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => LimitDto)
  serious!: LimitDto;

  @ApiProperty({ type: LimitDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => LimitDto)
  critical!: LimitDto;
}

export class BriefDto {
  @ApiProperty({ example: '07:00' })
  @Matches(TIME, { message: TIME_MESSAGE })
  at!: string;

  @ApiTargets('Who gets the morning brief')
  @IsTargets()
  to!: Target[];
}

export class HolidaysDto {
  @ApiProperty({ minimum: 0, maximum: 4, description: 'Days of Tết before the first of the lunar year, of five' })
  @IsInt()
  @Min(0)
  @Max(4)
  tetBefore!: number;

  @ApiProperty({ enum: ['before', 'after'], description: 'Which neighbour of 2 September is off' })
  @IsIn(['before', 'after'])
  nationalDay!: 'before' | 'after';

  @ApiProperty({ type: [String], description: 'Further days off' })
  @IsArray()
  @ArrayMaxSize(400)
  @Matches(DAY, { each: true, message: '$property must be days such as 2026-01-02' })
  @IsISO8601({ strict: true }, { each: true, message: '$property must be days that there are' })
  daysOff!: string[];

  @ApiProperty({
    type: [String],
    required: false,
    description: 'Days off that come every year, each as the first of them: 2026-11-24',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(DAY, { each: true, message: '$property must be days such as 2026-01-02' })
  @IsISO8601({ strict: true }, { each: true, message: '$property must be days that there are' })
  yearlyDaysOff?: string[];

  @ApiProperty({ type: [String], description: 'Weekend days that are worked instead' })
  @IsArray()
  @ArrayMaxSize(400)
  @Matches(DAY, { each: true, message: '$property must be days such as 2026-01-02' })
  @IsISO8601({ strict: true }, { each: true, message: '$property must be days that there are' })
  workedDays!: string[];
}

export class SettingsDto implements AlertSettings {
  @ApiProperty({ type: [RouteDto], description: 'The first that matches names the policy' })
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => RouteDto)
  routes!: RouteDto[];

  @ApiTargets('Told when no route matches, or nobody of a policy can be reached')
  @IsTargets()
  fallback!: Target[];

  @ApiProperty({ type: LimitsDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => LimitsDto)
  limits!: LimitsDto;

  @ApiProperty({ minimum: 1, maximum: 3600, description: 'Seconds that alerts of a group wait for each other' })
  @IsInt()
  @Min(1)
  @Max(3600)
  groupSeconds!: number;

  @ApiProperty({ minimum: 1, maximum: 1440, description: 'Minutes that a critical alert holds a wall' })
  @IsInt()
  @Min(1)
  @Max(1440)
  takeoverMinutes!: number;

  @ApiProperty({ minimum: 1, maximum: 720, description: 'Hours after which a resolved alert is closed by itself' })
  @IsInt()
  @Min(1)
  @Max(720)
  closeHours!: number;

  @ApiProperty({ type: BriefDto, nullable: true })
  @ValidateIf(({ brief }: SettingsDto) => brief !== null)
  @IsDefined()
  @ValidateNested()
  @Type(() => BriefDto)
  brief!: BriefDto | null;

  @ApiProperty({ type: HolidaysDto })
  @IsDefined()
  @ValidateNested()
  @Type(() => HolidaysDto)
  holidays!: HolidaysDto;
}

/** Settings to save. */
export class ChangedSettingsDto extends SettingsDto {
  @ApiProperty({ minimum: 0, description: 'The version that was changed' })
  @IsInt()
  @Min(0)
  version!: number;
}

/** What is to be looked at before it is saved, in place of what is stored; the rest of the setup is looked at as well. */
export class CheckDto {
  @ApiPropertyOptional({ type: [NamedScheduleDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => NamedScheduleDto)
  schedules?: NamedScheduleDto[];

  @ApiPropertyOptional({ type: [NamedPolicyDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => NamedPolicyDto)
  policies?: NamedPolicyDto[];

  @ApiPropertyOptional({ type: SettingsDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => SettingsDto)
  settings?: SettingsDto;
}
