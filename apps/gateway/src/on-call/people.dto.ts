import { PERSON_ROLES, SEVERITIES, type Contact, type PersonRole, type Severity } from '#libs/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const PHONE = /^\+?[0-9][0-9 .()-]{2,19}$/;

export class ContactDto implements Contact {
  @ApiProperty({ description: 'Id of the channel' })
  @IsString()
  @MaxLength(60)
  channel!: string;

  @ApiProperty({ description: 'E-mail address or phone number; empty for push' })
  @IsString()
  @MaxLength(200)
  address!: string;

  @ApiProperty({ enum: SEVERITIES, description: 'Least severity that goes there' })
  @IsIn(SEVERITIES)
  least!: Severity;
}

export class MyContactsDto {
  @ApiProperty({ type: [ContactDto] })
  @IsArray()
  @ArrayMaxSize(20)
  @ArrayUnique(({ channel }: Contact) => channel, { message: 'contacts must not name a channel twice' })
  @ValidateNested({ each: true })
  @Type(() => ContactDto)
  contacts!: ContactDto[];

  @ApiPropertyOptional({ nullable: true, description: 'For the button "call"' })
  @ValidateIf((dto: MyContactsDto) => dto.phone !== undefined && dto.phone !== null)
  @Matches(PHONE, { message: 'phone must be a number such as 0912 345 678 or +84 912 345 678' })
  phone?: string | null;

  @ApiPropertyOptional({ enum: ['vi', 'en'], description: 'Language of messages' })
  @IsOptional()
  @IsIn(['vi', 'en'])
  language?: 'vi' | 'en';
}

export class ChangedPersonDto extends MyContactsDto {
  @ApiProperty({ maxLength: 100 })
  @IsString()
  @MaxLength(100)
  name!: string;

  @ApiProperty({ enum: PERSON_ROLES })
  @IsIn(PERSON_ROLES)
  role!: PersonRole;

  @ApiProperty({ description: 'true: all sessions end at once, and nobody may sign in with it' })
  @IsBoolean()
  disabled!: boolean;
}

export class NewPersonDto {
  @ApiProperty({ description: '2 to 60 of a-z, 0-9, "-", "_", "."' })
  @Matches(/^[a-z0-9][a-z0-9._-]{1,59}$/, { message: 'login must be 2 to 60 of a-z, 0-9, "-", "_", "."' })
  login!: string;

  @ApiProperty({ enum: PERSON_ROLES })
  @IsIn(PERSON_ROLES)
  role!: PersonRole;

  @ApiPropertyOptional({ maxLength: 100 })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({ nullable: true })
  @ValidateIf((dto: NewPersonDto) => dto.phone !== undefined && dto.phone !== null)
  @Matches(PHONE, { message: 'phone must be a number such as 0912 345 678 or +84 912 345 678' })
  phone?: string | null;
}
