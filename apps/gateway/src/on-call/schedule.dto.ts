import type { Override, Rotation, Schedule } from '#libs/contracts';
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ChangedDto, NamedDto } from './record.dto.js';

export const TIME = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
export const TIME_MESSAGE = '$property must be a time such as 07:30';
export const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Bounds: what a page still shows and a check still reckons quickly. */
const MOST_LAYERS = 10;
const MOST_PEOPLE = 60;
export const MOST_OVERRIDES = 500;

export class HoursDto {
  @ApiProperty({ type: [Number], description: '1 Monday … 7 Sunday', example: [1, 2, 3, 4, 5] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(7)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(7, { each: true })
  days!: number[];

  @ApiProperty({ example: '17:00' })
  @Matches(TIME, { message: TIME_MESSAGE })
  from!: string;

  @ApiProperty({ example: '07:30', description: 'Before `from`: on the next day; equal: 24 hours' })
  @Matches(TIME, { message: TIME_MESSAGE })
  to!: string;
}

export class RotationDto implements Rotation {
  @ApiProperty({ maxLength: 100 })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name!: string;

  @ApiProperty({ type: [String], description: 'Logins, in order' })
  @IsArray()
  @ArrayMaxSize(MOST_PEOPLE)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  people!: string[];

  @ApiProperty({ example: '2026-01-05', description: 'Day on which the first of them begins' })
  @Matches(DAY, { message: '$property must be a day such as 2026-01-05' })
  start!: string;

  @ApiProperty({ minimum: 1, maximum: 366, description: 'Days of one turn' })
  @IsInt()
  @Min(1)
  @Max(366)
  turnDays!: number;

  @ApiProperty({ example: '07:00' })
  @Matches(/^([01]\d|2[0-3]):[0-5]\d$/, { message: TIME_MESSAGE })
  handover!: string;

  @ApiPropertyOptional({ type: HoursDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => HoursDto)
  hours?: HoursDto;

  @ApiPropertyOptional({ enum: ['never', 'only'] })
  @IsOptional()
  @IsIn(['never', 'only'])
  holidays?: 'never' | 'only';
}

export class OverrideDto implements Override {
  @ApiProperty({ format: 'date-time' })
  @IsISO8601({ strict: true })
  @MaxLength(40)
  from!: string;

  @ApiProperty({ format: 'date-time' })
  @IsISO8601({ strict: true })
  @MaxLength(40)
  to!: string;

  @ApiProperty({ description: 'Login of who is on call instead' })
  @IsString()
  @MaxLength(60)
  person!: string;
}

export class ScheduleDto implements Omit<Schedule, 'id'> {
  @ApiProperty({ maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @ApiProperty({ type: [RotationDto], description: 'At a moment the last that covers it decides' })
  @IsArray()
  @ArrayMaxSize(MOST_LAYERS)
  @ValidateNested({ each: true })
  @Type(() => RotationDto)
  layers!: RotationDto[];

  @ApiProperty({ type: [OverrideDto] })
  @IsArray()
  @ArrayMaxSize(MOST_OVERRIDES)
  @ValidateNested({ each: true })
  @Type(() => OverrideDto)
  overrides!: OverrideDto[];
}

/** A schedule to save. */
export class ChangedScheduleDto extends IntersectionType(ScheduleDto, ChangedDto) {}

export class NamedScheduleDto extends IntersectionType(ScheduleDto, NamedDto) implements Schedule {}

export class VersionDto {
  @ApiProperty({ description: 'The version that was seen' })
  @Matches(/^\d{1,9}$/, { message: 'version must be a whole number' })
  version!: string;
}

export class SpanDto {
  @ApiProperty({ format: 'date-time' })
  @IsISO8601({ strict: true })
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'At most 100 days after `from`' })
  @IsISO8601({ strict: true })
  to!: string;
}
