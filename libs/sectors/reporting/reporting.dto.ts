import { IsBoolean, IsIn, IsInt, IsISO8601, IsOptional, IsString, Matches, MaxLength, Max, Min } from 'class-validator';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
export const FREQUENCIES = ['day', 'week', 'month', 'quarter', 'half-year', 'year', 'once'] as const;

/** A reporting regime (chế độ báo cáo, NĐ 09/2019/NĐ-CP, Article 7) and whether the reporting system takes it. */
export class RegimeDto {
  @Matches(CODE)
  regime!: string;

  @IsIn(FREQUENCIES)
  frequency!: (typeof FREQUENCIES)[number];

  /** Figures are gathered on the system and not on paper. */
  @IsBoolean()
  connected!: boolean;
}

class AboutReportDto {
  @Matches(CODE)
  regime!: string;

  /** Who reports, e.g. `H13.2`. */
  @IsString()
  @MaxLength(35)
  agency!: string;

  /** Name of the period: `2026-10`, `2026-Q3`, `2026`. */
  @Matches(/^20\d{2}(-(0[1-9]|1[0-2])(-[0-3]\d)?|-Q[1-4]|-H[12]|-W[0-5]\d)?$/)
  period!: string;
}

/** Somebody owes a report of a period by a time. */
export class ReportDueDto extends AboutReportDto {
  @IsISO8601({ strict: true })
  @MaxLength(35)
  due!: string;
}

/** A report came in; of several the fullest counts. */
export class ReportReceivedDto extends AboutReportDto {
  /** Figures that the form asks for, and those that are filled in. */
  @IsInt()
  @Min(1)
  @Max(100_000)
  fields!: number;

  @IsInt()
  @Min(0)
  @Max(100_000)
  filled!: number;
}

/** Somebody was reminded of a late report. */
export class ReminderDto extends AboutReportDto {
  @IsOptional()
  @Matches(/^[\p{L}\d./-]{1,60}$/u)
  document?: string;
}
