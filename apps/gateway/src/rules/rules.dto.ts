import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

const RULE = { type: 'object', additionalProperties: true } as const;

/** The rule is judged field by field by the service, so that every fault is told with its place. */
export class RuleDto {
  @ApiProperty({ ...RULE, description: 'The rule: id, title, sector, severity, note, condition, …' })
  @IsObject()
  rule!: Record<string, unknown>;
}

export class VersionDto {
  @ApiProperty({ description: 'Version that was read; 0: a rule of a pack that nobody has changed' })
  @IsInt()
  @Min(0)
  version!: number;
}

export class ChangedRuleDto extends VersionDto {
  @ApiProperty({ ...RULE, description: 'The whole rule as it shall be' })
  @IsObject()
  rule!: Record<string, unknown>;
}

export class EnabledDto extends VersionDto {
  @ApiProperty()
  @IsBoolean()
  enabled!: boolean;
}

export class VersionQueryDto {
  @ApiProperty({ description: 'Version that was read' })
  @Matches(/^\d{1,9}$/, { message: 'version must be a whole number' })
  version!: string;
}

export class PreviewDto extends RuleDto {
  @ApiPropertyOptional({ description: 'Days to look back', default: 30, minimum: 1, maximum: 31 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(31)
  days?: number;
}

export class RuleTestsDto {
  @ApiProperty({ description: 'A file of rule tests (YAML), as `npm run hub -- rules test` runs it', maxLength: 65536 })
  @IsString()
  @MaxLength(65_536)
  yaml!: string;

  @ApiPropertyOptional({ ...RULE, description: 'A rule that is not saved yet; stands for the one of the same id' })
  @IsOptional()
  @IsObject()
  rule?: Record<string, unknown>;
}
