import { IsIn, IsInt, IsISO8601, IsOptional, Matches, Max, MaxLength, Min } from 'class-validator';

/** An information system with its level (1 to 5) and the approval of its protection. */
export class SystemDto {
  @Matches(/^[A-Za-z0-9._-]{1,60}$/)
  system!: string;

  @IsInt()
  @Min(1)
  @Max(5)
  level!: number;

  /** Agency that runs it. */
  @IsOptional()
  @MaxLength(35)
  agency?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(35)
  approved?: string;

  /** When the approval lapses; a day without a time is the last day on which it is in force. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(35)
  lapses?: string;
}

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
/** Steps on the way, then the ends. */
export const OPEN_STEPS = ['raised', 'triaged', 'contained'] as const;
export const STEPS = [...OPEN_STEPS, 'closed', 'false-alarm'] as const;

/** A step of an alert of the security operations centre; no address, user or host of it is taken. */
export class AlertDto {
  @Matches(/^[A-Za-z0-9._-]{1,60}$/)
  alert!: string;

  @IsIn(STEPS)
  step!: (typeof STEPS)[number];

  @IsOptional()
  @IsIn(SEVERITIES)
  severity?: (typeof SEVERITIES)[number];

  @IsOptional()
  @Matches(/^[A-Za-z0-9._-]{1,60}$/)
  system?: string;
}
