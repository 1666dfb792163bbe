import { IsBoolean, IsIn, IsInt, IsISO8601, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

/** `specialised`: one of those that ministries and provinces run; the others are named by the programme. */
export const KINDS = ['specialised', 'land', 'data-centre', 'national'] as const;
const DATABASE = /^[a-z0-9][a-z0-9.-]{0,39}$/;

/** A database enters the catalogue, or its entry changes; the newest report of each field counts. */
export class DatabaseRegisteredDto {
  @Matches(DATABASE)
  database!: string;

  @IsString()
  @MaxLength(200)
  name!: string;

  /** Who owns it, e.g. `H13.2`. */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9.-]{0,34}$/)
  agency!: string;

  @IsIn(KINDS)
  kind!: (typeof KINDS)[number];

  /** Days between two updates that its owner promises; absent: the setting `everyDays`. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(3_660)
  everyDays?: number;

  /** Taken out of the catalogue. */
  @IsOptional()
  @IsBoolean()
  retired?: boolean;
}

/** The data of a database were updated. */
export class DatabaseUpdatedDto {
  @Matches(DATABASE)
  database!: string;

  /** Records that it holds since. */
  @IsInt()
  @Min(0)
  @Max(1_000_000_000_000)
  records!: number;

  /** When it was updated; absent, or after the event: the time of the event. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(35)
  at?: string;
}
