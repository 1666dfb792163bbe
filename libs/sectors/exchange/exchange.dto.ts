import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';

const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
const MOST = 100_000_000;

/** How many requests took up to so long. */
export class LatencyDto {
  /** Milliseconds. */
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  ms!: number;

  @IsInt()
  @Min(1)
  @Max(MOST)
  count!: number;
}

/** Traffic of a service of the data-sharing platform (NDXP, LGSP) over a minute or some, told once it is over. */
export class TrafficDto {
  @Matches(SERVICE)
  service!: string;

  /** Agency that asks. */
  @IsString()
  @MaxLength(35)
  agency!: string;

  @IsInt()
  @Min(0)
  @Max(MOST)
  requests!: number;

  /** Of them failed. */
  @IsInt()
  @Min(0)
  @Max(MOST)
  errors!: number;

  /** Latencies, as finely as the platform has them; at most 200 kinds. */
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => LatencyDto)
  latencies!: LatencyDto[];
}

export const OUTCOMES = ['confirmed', 'not-confirmed', 'refused', 'failed'] as const;

/** Authentications against the national population database: how many, never whose. */
export class AuthenticationsDto {
  @IsString()
  @MaxLength(35)
  agency!: string;

  @IsIn(OUTCOMES)
  outcome!: (typeof OUTCOMES)[number];

  @IsInt()
  @Min(1)
  @Max(MOST)
  count!: number;
}
