import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { SEVERITIES, type Matcher, type Severity, type Silence } from '#libs/contracts';

const MOST = 100;
/** Nothing can be of an empty list: one would believe to have silenced something. */
const NAMES_NOTHING = { message: '$property names nothing: leave it out, or name something' };

export class MatcherDto implements Matcher {
  @ApiPropertyOptional({ type: [String], description: 'Ids of rules' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, NAMES_NOTHING)
  @ArrayMaxSize(MOST)
  @IsString({ each: true })
  @MaxLength(120, { each: true })
  rules?: string[];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, NAMES_NOTHING)
  @ArrayMaxSize(MOST)
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { each: true, message: 'each of sectors must be the name of a sector' })
  sectors?: string[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Codes of units, each with all below it; one that was merged away means those that took it over',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, NAMES_NOTHING)
  @ArrayMaxSize(MOST)
  @Matches(/^(former:)?[0-9A-Za-z]{1,10}$/, {
    each: true,
    message: 'each of units must be the code of an administrative unit',
  })
  units?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Values of the dimension of rules, e.g. stations' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, NAMES_NOTHING)
  @ArrayMaxSize(MOST)
  @IsString({ each: true })
  @Matches(/\S/, { each: true, message: 'each of keys must name something' })
  @MaxLength(120, { each: true })
  keys?: string[];

  @ApiPropertyOptional({ enum: SEVERITIES, isArray: true })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, NAMES_NOTHING)
  @ArrayMaxSize(SEVERITIES.length)
  @IsIn(SEVERITIES, { each: true })
  severities?: Severity[];
}

export class SilencePreviewDto {
  @ApiProperty({ type: MatcherDto, description: 'All of what is given must match; something must be given' })
  @IsObject()
  @ValidateNested()
  @Type(() => MatcherDto)
  matcher!: MatcherDto;
}

const ZONED = /T.*(Z|[+-]\d{2}:?\d{2})$/;

export class NewSilenceDto extends SilencePreviewDto {
  @ApiProperty({
    enum: ['silence', 'maintenance'],
    description: 'A silence lasts 7 days at most, a maintenance window 30',
  })
  @IsIn(['silence', 'maintenance'])
  kind!: Silence['kind'];

  @ApiPropertyOptional({ format: 'date-time', description: 'With a time zone; absent: now' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(ZONED, { message: 'from must be a date and time with a time zone' })
  from?: string;

  @ApiProperty({ format: 'date-time', description: 'With a time zone' })
  @IsISO8601({ strict: true })
  @Matches(ZONED, { message: 'to must be a date and time with a time zone' })
  to!: string;

  @ApiProperty({ description: 'Why nobody needs to be told; no personal data', maxLength: 300 })
  @IsString()
  @Matches(/\S/, { message: 'reason must say why nobody needs to be told' })
  @MaxLength(300)
  reason!: string;
}
