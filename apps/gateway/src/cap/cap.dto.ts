import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsString, MaxLength, MinLength, ValidateNested } from 'class-validator';
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
