import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** Codes of stations, ponds, plots and traps. */
const CODE = /^[a-z0-9][a-z0-9-]*$/;
/** Rice insects that smart traps tell apart, and the rest. */
export const SPECIES = [
  'ray-nau',
  'ray-lung-trang',
  'ray-xanh-duoi-den',
  'sau-cuon-la',
  'sau-duc-than',
  'bo-xit',
  'khac',
] as const;

/** A reading of a fixed sensor. */
export class StationDto {
  @IsString()
  @MaxLength(50)
  @Matches(CODE)
  station!: string;

  /** Minutes that the reading stands for; absent: as the setting `readingMinutes` says. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1440)
  minutes?: number;
}

export class SalinityDto extends StationDto {
  /** Grams a litre, which is ‰ here. */
  @IsNumber()
  @Min(0)
  @Max(60)
  salinity!: number;

  /** °C of the water. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(60)
  temperature?: number;
}

export class WaterLevelDto extends StationDto {
  /** Metres over the national datum. */
  @IsNumber()
  @Min(-10)
  @Max(30)
  level!: number;
}

export class WeatherDto extends StationDto {
  /** °C */
  @IsNumber()
  @Min(-10)
  @Max(60)
  temperature!: number;

  /** Percent. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100)
  humidity?: number;

  /** Millimetres fallen within `minutes`. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(500)
  rain?: number;

  /** Metres a second. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(120)
  wind?: number;
}

export class SoilDto {
  @IsString()
  @MaxLength(50)
  @Matches(CODE)
  plot!: string;

  /** Percent of volume. */
  @IsNumber()
  @Min(0)
  @Max(100)
  moisture!: number;

  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(14)
  ph?: number;

  /** °C */
  @IsOptional()
  @IsNumber()
  @Min(-10)
  @Max(80)
  temperature?: number;
}

export class PondDto {
  @IsString()
  @MaxLength(50)
  @Matches(CODE)
  pond!: string;

  /** What lives in it: the limits differ. */
  @IsIn(['shrimp', 'catfish'])
  kind!: 'shrimp' | 'catfish';

  /** °C */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(60)
  temperature?: number;

  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(14)
  ph?: number;

  /** Dissolved oxygen, mg/L. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(30)
  oxygen?: number;

  /** ‰ */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(60)
  salinity?: number;
}

export class SpeciesCountDto {
  @IsIn([...SPECIES])
  species!: (typeof SPECIES)[number];

  @IsInt()
  @Min(0)
  @Max(1_000_000)
  count!: number;
}

/**
 * What a light trap counted since its last report. A species that is left out was not caught; a report without counts, as
 * traps send when the night is done, says that nothing more was.
 */
export class LightTrapDto {
  @IsString()
  @MaxLength(50)
  @Matches(CODE)
  trap!: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SPECIES.length)
  @ValidateNested({ each: true })
  @Type(() => SpeciesCountDto)
  counts?: SpeciesCountDto[];
}
