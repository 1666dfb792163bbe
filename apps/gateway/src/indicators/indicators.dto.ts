import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches } from 'class-validator';
import { StateQueryDto } from '../http/boards.dto.js';

export class DailyQueryDto {
  /** Only this sector. */
  @ApiPropertyOptional()
  @IsOptional()
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { message: 'sector must be the name of a sector, e.g. as in /v1/boards' })
  sector?: string;

  /** `csv` for spreadsheets; absent: JSON. */
  @ApiPropertyOptional({ enum: ['json', 'csv'] })
  @IsOptional()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

export class IndicatorsQueryDto extends IntersectionType(StateQueryDto, DailyQueryDto) {}
