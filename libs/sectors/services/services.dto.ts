import { IsDay } from '#libs/sector-kit';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';

const SYSTEM = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const MOST = 100_000_000;

/**
 * Counters of a system for one day, as EMC gathers them. A later report of the same day replaces the earlier. A day that has
 * not begun by the time of the event is refused, and so is more online than there is.
 */
export class DayCountedDto {
  @Matches(SYSTEM)
  system!: string;

  @IsDay()
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
