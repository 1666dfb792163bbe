import { SEVERITIES, type Policy, type Severity, type Target } from '#libs/contracts';
import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
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
import { TIME, TIME_MESSAGE } from './schedule.dto.js';
import { ApiTargets, IsTargets } from './targets.decorator.js';

const WEEK_SECONDS = 7 * 86_400;

export class StepDto {
  @ApiProperty({ minimum: 0, description: 'Seconds since the first message' })
  @IsInt()
  @Min(0)
  @Max(WEEK_SECONDS)
  after!: number;

  @ApiTargets('Who is told')
  @IsTargets()
  to!: Target[];
}

export class QuietDto {
  @ApiProperty({ example: '22:00' })
  @Matches(TIME, { message: TIME_MESSAGE })
  from!: string;

  @ApiProperty({ example: '06:00' })
  @Matches(TIME, { message: TIME_MESSAGE })
  to!: string;
}

export class DigestDto {
  @ApiProperty({ enum: SEVERITIES, isArray: true })
  @IsArray()
  @ArrayUnique()
  @IsIn(SEVERITIES, { each: true })
  severities!: Severity[];

  @ApiProperty({ type: [String], example: ['07:00', '16:30'] })
  @IsArray()
  @ArrayMaxSize(24)
  @Matches(TIME, { each: true, message: TIME_MESSAGE })
  at!: string[];
}

export class PolicyDto implements Omit<Policy, 'id'> {
  @ApiProperty({ maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @ApiProperty({ type: [StepDto], description: 'Ascending by `after`' })
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => StepDto)
  steps!: StepDto[];

  @ApiPropertyOptional({ minimum: 60, description: 'Seconds between reminders until somebody acknowledges' })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(WEEK_SECONDS)
  remind?: number;

  @ApiPropertyOptional({ minimum: 1, maximum: 100 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  reminders?: number;

  @ApiPropertyOptional({ type: QuietDto, description: 'Nothing but critical is told in these hours' })
  @IsOptional()
  @ValidateNested()
  @Type(() => QuietDto)
  quiet?: QuietDto;

  @ApiPropertyOptional({ type: DigestDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => DigestDto)
  digest?: DigestDto;
}

/** A policy to save. */
export class ChangedPolicyDto extends IntersectionType(PolicyDto, ChangedDto) {}

export class NamedPolicyDto extends IntersectionType(PolicyDto, NamedDto) implements Policy {}
