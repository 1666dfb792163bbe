import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';

export class NewSourceDto {
  @ApiProperty({ description: '2 to 60 of a-z, 0-9, "-", "_", "."', example: 'gauges-south' })
  @Matches(/^[a-z0-9][a-z0-9._-]{1,59}$/, {
    message: 'id must be 2 to 60 of a-z, 0-9, "-", "_", ".", starting with a letter or digit',
  })
  id!: string;

  @ApiProperty({ maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @ApiProperty({ type: [String], description: 'Event types; * at the end of a pattern matches the rest' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  types!: string[];

  @ApiProperty({ type: [String], description: 'Unit codes, each with all below it; * for all' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  units!: string[];

  @ApiPropertyOptional({ description: 'Promised seconds between events', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  every?: number;

  @ApiPropertyOptional({ description: 'Events a second', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  rate?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  simulated?: boolean;
}

export class DisableDto {
  @ApiProperty({ description: 'true shuts the door for the source, false opens it again' })
  @IsBoolean()
  disabled!: boolean;
}

export class NewDeviceDto {
  @ApiProperty({ description: 'tts:<application>/<device> or sta:<datastream>' })
  @IsString()
  @MaxLength(200)
  address!: string;

  @ApiProperty({ description: 'Type of the event that its message becomes' })
  @IsString()
  @MaxLength(200)
  type!: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  subject?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(10)
  unit?: string;

  @ApiPropertyOptional({ type: Object, description: "Field of the event's data → field of the decoded payload" })
  @IsOptional()
  @IsObject()
  fields?: Record<string, string>;

  @ApiPropertyOptional({ type: Object, description: 'Data that every event of the device carries' })
  @IsOptional()
  @IsObject()
  constants?: Record<string, unknown>;
}

export class NewWallLinkDto {
  @ApiProperty({ maxLength: 200 })
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name!: string;

  @ApiPropertyOptional({ type: [String], description: 'Sector ids; empty or absent: all' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  sectors?: string[];

  @ApiPropertyOptional({ type: [String], description: 'Unit codes, each with all below it; empty or absent: all' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  units?: string[];

  @ApiPropertyOptional({ description: 'Days until it expires; absent: until revoked', minimum: 1 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3650)
  expiresInDays?: number;
}

export class PageDto {
  @ApiPropertyOptional({ description: 'At most this many, newest first', default: 100, maximum: 500 })
  @IsOptional()
  @Matches(/^[1-9][0-9]{0,2}$/, { message: 'limit must be a number from 1 to 999' })
  limit?: string;
}
