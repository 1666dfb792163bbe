import { IsIn, IsInt, IsNumber, IsOptional, Matches, Max, Min } from 'class-validator';

export const CHANNELS = ['cash', 'card', 'transfer', 'qr', 'wallet', 'portal'] as const;

/** Payments to an agency or facility over some time: how many, by which channel, how much. */
export class PaidDto {
  /** Short code: `hospital`, `school`, `tax`, `power`, `water`, `one-stop`, … */
  @Matches(/^[a-z0-9-]{1,40}$/)
  purpose!: string;

  @IsIn(CHANNELS)
  channel!: (typeof CHANNELS)[number];

  @IsInt()
  @Min(1)
  @Max(100_000_000)
  count!: number;

  /** Đồng. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1e15)
  amount?: number;
}

/** A facility (hospital, school) and whether it takes payments without cash. */
export class FacilityDto {
  @Matches(/^[A-Za-z0-9._-]{1,40}$/)
  facility!: string;

  @Matches(/^[a-z0-9-]{1,40}$/)
  kind!: string;

  @IsIn(['yes', 'no'])
  cashless!: 'yes' | 'no';
}
