import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsDefined, IsIn, IsOptional, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
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

/** Of an explanation: everything, or one value of a dimension (`by=agency&key=H13.25`). */
export class ExplainQueryDto extends StateQueryDto {
  /** A dimension of the indicator, as in the explanation's `dimensions`. */
  @ApiPropertyOptional({ example: 'agency' })
  @ValidateIf(({ by, key }: ExplainQueryDto) => by !== undefined || key !== undefined)
  @IsDefined({ message: 'by must name the dimension that key is a value of' })
  @Matches(/^[a-z][a-z0-9-]{0,39}$/, { message: 'by must be the name of a dimension, e.g. agency or unit' })
  by?: string;

  /** One of its values, e.g. the code of an agency. */
  @ApiPropertyOptional({ example: 'H13.25' })
  @ValidateIf(({ by, key }: ExplainQueryDto) => by !== undefined || key !== undefined)
  @IsDefined({ message: 'key must be the value of the dimension that by names' })
  @IsString()
  @MaxLength(200)
  key?: string;
}
