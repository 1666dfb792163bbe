import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import type { ChannelKind } from '#libs/contracts';

const KINDS: readonly ChannelKind[] = ['in-app', 'web-push', 'email', 'webhook', 'cap'];

export class ChannelSecretDto {
  @ApiPropertyOptional({ description: 'Of the mail server; empty removes it' })
  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  password?: string;

  @ApiPropertyOptional({ description: 'Of Zalo, Telegram or an SMS gateway; empty removes it' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  token?: string;

  @ApiPropertyOptional({ description: 'Of Zalo, good for one use; with it the hub renews the token itself' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  refreshToken?: string;

  @ApiPropertyOptional({ description: 'Secret key of the Zalo app that `appId` of the settings names' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  appSecret?: string;
}

export class ChannelDto {
  @ApiProperty({ maxLength: 100 })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  name!: string;

  @ApiProperty({ type: Object, description: 'By kind; see docs/operations.md, "Channels"' })
  @IsObject()
  settings!: Record<string, unknown>;

  @ApiPropertyOptional({ type: ChannelSecretDto, description: 'Absent: what is kept stays' })
  @IsOptional()
  @ValidateNested()
  @Type(() => ChannelSecretDto)
  secret?: ChannelSecretDto;

  @ApiPropertyOptional({ description: 'Messages a minute at most', minimum: 1, maximum: 60_000, default: 60 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(60_000)
  rate?: number;
}

export class NewChannelDto extends ChannelDto {
  @ApiProperty({ description: '2 to 40 of a-z, 0-9, "-"; contacts of people name it', example: 'email' })
  @Matches(/^[a-z0-9][a-z0-9-]{1,39}$/, {
    message: 'id must be 2 to 40 of a-z, 0-9, "-", starting with a letter or digit',
  })
  id!: string;

  @ApiProperty({ enum: KINDS })
  @IsIn([...KINDS])
  kind!: ChannelKind;
}

export class TestChannelDto {
  @ApiPropertyOptional({ description: 'E-mail address, number or chat id; absent: your own, or the group chat' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  address?: string;
}

class PushKeysDto {
  @ApiProperty({ description: 'Base64url of an uncompressed point of P-256, 65 bytes' })
  @Matches(/^[A-Za-z0-9_-]{87}=?$/)
  p256dh!: string;

  @ApiProperty({ description: 'Base64url of 16 bytes' })
  @Matches(/^[A-Za-z0-9_-]{22}(==)?$/)
  auth!: string;
}

export class GonePushDto {
  @ApiProperty({ description: 'Address of the push service for this browser' })
  @IsString()
  @MaxLength(1_000)
  endpoint!: string;
}

export class PushDto extends GonePushDto {
  @ApiProperty({ type: PushKeysDto })
  @IsObject()
  @ValidateNested()
  @Type(() => PushKeysDto)
  keys!: PushKeysDto;

  /** Browsers send it along; nothing is made of it. */
  @ApiPropertyOptional({ type: Number, nullable: true })
  @IsOptional()
  expirationTime?: number | null;
}

export class OneTapDto {
  @ApiProperty({ description: 'What stands behind # in the link' })
  @IsString()
  @MaxLength(200)
  token!: string;

  @ApiPropertyOptional({ description: 'Only tells what it is about' })
  @IsOptional()
  @IsBoolean()
  look?: boolean;
}
