import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Matches, Min } from 'class-validator';

/** Codes of what people set up. */
export const ID = /^[a-z0-9][a-z0-9._-]{0,59}$/;

/** What is saved over a version that was seen. */
export class ChangedDto {
  @ApiProperty({ minimum: 0, description: 'The version that was changed; 0: a new one' })
  @IsInt()
  @Min(0)
  version!: number;
}

/** What is named by a code. */
export class NamedDto {
  @ApiProperty({ description: '1 to 60 of a-z, 0-9, "-", "_", "."' })
  @Matches(ID, { message: 'id must be 1 to 60 of a-z, 0-9, "-", "_", "."' })
  id!: string;
}
