import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional, Matches } from 'class-validator';

export class StateQueryDto {
  /** ISO 8601 with a time zone, e.g. `2026-11-22T14:32:00+07:00`; absent: now. */
  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(/T.*(Z|[+-]\d{2}:?\d{2})$/, {
    message: 'at must be a date and time with a time zone, e.g. 2026-11-22T14:32:00+07:00',
  })
  at?: string;
}
