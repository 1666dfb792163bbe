import { Personal } from '#libs/sector-kit';
import { IsBoolean, IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

export const STEPS = ['received', 'refused', 'asked', 'answered', 'resolved', 'published'] as const;

/** One step of a petition (phản ánh, kiến nghị), e.g. from the citizens' app. What was said stays with the app. */
export class PetitionStepDto {
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{2,59}$/)
  petition!: string;

  /**
   * received; refused; asked (for more from the citizen) and answered (by the citizen); resolved; published (the result).
   */
  @IsIn(STEPS)
  step!: (typeof STEPS)[number];

  /** When the step was done; absent: the time of the event. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(35)
  at?: string;

  /** Short code of the field: `moi-truong`, `giao-thong`, … */
  @IsOptional()
  @Matches(/^[a-z0-9-]{1,40}$/)
  field?: string;

  /** Agency that must resolve it. */
  @IsOptional()
  @IsString()
  @MaxLength(35)
  agency?: string;

  /** What the citizen said of the result. */
  @IsOptional()
  @IsBoolean()
  satisfied?: boolean;

  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  @Personal('drop')
  content?: string;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Personal('drop')
  citizen?: string;

  @IsOptional()
  @IsString()
  @MaxLength(50)
  @Personal('drop')
  phone?: string;
}
