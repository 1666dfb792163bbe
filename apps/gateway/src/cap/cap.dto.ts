import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { MOST_CAP_SOURCES } from '#libs/notify';

export class CapSourceDto {
  @ApiProperty({ example: 'Đài khí tượng thuỷ văn' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name!: string;

  @ApiProperty({ example: 'https://example.gov.vn/cap/feed.atom' })
  @IsString()
  @MaxLength(500)
  url!: string;
}

export class CapSourcesDto {
  @ApiProperty({ type: [CapSourceDto] })
  @IsArray()
  @ArrayMaxSize(MOST_CAP_SOURCES)
  @ValidateNested({ each: true })
  @Type(() => CapSourceDto)
  sources!: CapSourceDto[];
}

export class CapPageDto {
  @ApiPropertyOptional({
    description: 'Page of the feed, from 1 (default): link `next` of a page names the next',
    example: '2',
  })
  @IsOptional()
  @Matches(/^[1-9]\d{0,2}$/, { message: 'page must be a number from 1 to 999' })
  page?: string;
}
