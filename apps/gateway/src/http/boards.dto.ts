import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional } from 'class-validator';

export class StateQueryDto {
  /** ISO 8601 with a time zone, e.g. `2026-11-22T14:32:00+07:00`; absent: now. */
  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  at?: string;
}
