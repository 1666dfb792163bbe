import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const DAY = /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const SYSTEM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const MOST = 100_000_000;

/** Counters of a system for one day, as EMC gathers them. A later report of the same day replaces the earlier. */
export class DayCountedDto {
  @Matches(SYSTEM)
  system!: string;

  @Matches(DAY, { message: 'day must be a day such as 2026-11-22' })
  day!: string;

  @IsInt()
  @Min(0)
  @Max(MOST)
  dossiers!: number;

  /** Of them filed online. */
  @IsInt()
  @Min(0)
  @Max(MOST)
  online!: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MOST)
  visits?: number;
}

/** A service of the list of 53 essential ones. */
export class EssentialDto {
  @Matches(/^[a-z0-9][a-z0-9-]{0,39}$/)
  service!: string;

  /** Of Đề án 06, or of those added later. */
  @IsIn(['de-an-06', 'added'])
  group!: 'de-an-06' | 'added';

  @IsIn(['done', 'doing', 'open'])
  state!: 'done' | 'doing' | 'open';

  /** Times that it was used this year. */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MOST)
  used?: number;
}
