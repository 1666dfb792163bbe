import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import { ENTRY_STATES, type EntryState } from '#libs/persistence';

const DOCUMENT = /^[\p{L}\d./-]{1,60}$/u;
const DOCUMENT_MESSAGE = 'document must be a document number such as 123/BC-UBND: letters, digits, ".", "/", "-"';

export class ChangedEntryDto {
  @ApiProperty({ nullable: true, type: Number, description: 'null withdraws what was published' })
  @ValidateIf((_object, value) => value !== null)
  @IsNumber()
  value!: number | null;

  @ApiPropertyOptional({ description: 'Number of the document it comes from', example: '123/BC-UBND' })
  @IsOptional()
  @Matches(DOCUMENT, { message: DOCUMENT_MESSAGE })
  document?: string;
}

export class NewEntryDto extends ChangedEntryDto {
  @ApiProperty({ description: 'Code of a metric whose values are entered (GET /v1/metrics: entered)' })
  @IsString()
  @MaxLength(120)
  metric!: string;

  @ApiPropertyOptional({ description: 'Code of the administrative unit, where the metric has one' })
  @IsOptional()
  @Matches(/^[0-9A-Za-z]{0,10}$/, { message: 'unit must be the code of an administrative unit' })
  unit?: string;

  @ApiPropertyOptional({ type: [String], description: "The metric's dimensions in their order, without unit" })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @IsString({ each: true })
  @MaxLength(60, { each: true })
  dims?: string[];

  @ApiProperty({ description: 'Any day of the period', example: '2026-11-01' })
  @Matches(/^20\d{2}-\d{2}-\d{2}$/, { message: 'period must be a day such as 2026-11-01' })
  period!: string;
}

export class CorrectionDto extends ChangedEntryDto {
  @ApiProperty({ description: 'Why the published value is not right; no personal data', maxLength: 200 })
  @IsString()
  @Matches(/\S/, { message: 'reason must say why the published value is not right' })
  @MaxLength(200)
  reason!: string;
}

export class EntriesQueryDto {
  @ApiPropertyOptional({ enum: ENTRY_STATES })
  @IsOptional()
  @IsIn(ENTRY_STATES)
  state?: EntryState;

  @ApiPropertyOptional({ description: 'Only of this metric' })
  @IsOptional()
  @IsString()
  @MaxLength(120)
  metric?: string;

  @ApiPropertyOptional({ description: 'At most this many, newest first', default: 100, maximum: 500 })
  @IsOptional()
  @Matches(/^([1-9]\d?|[1-4]\d\d|500)$/, { message: 'limit must be a number from 1 to 500' })
  limit?: string;
}

export class ReturnDto {
  @ApiProperty({ description: 'What has to be mended; no personal data', maxLength: 200 })
  @IsString()
  @Matches(/\S/, { message: 'reason must say what has to be mended' })
  @MaxLength(200)
  reason!: string;
}

export class ImportQueryDto {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'true: only say what would come of it' })
  @IsOptional()
  @IsIn(['true', 'false'])
  preview?: 'true' | 'false';
}
