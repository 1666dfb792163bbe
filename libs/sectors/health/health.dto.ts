import { Personal } from '#libs/sector-kit';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

const CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;
/** ICD-10 with or without its dot and dagger. */
const ICD10 = /^[A-Z][0-9]{2}(\.?[0-9]{1,2})?[+*]?$/;
/** XML1 writes `202611220815`; ISO 8601 is taken too. */
const XML_TIME = /^(\d{12}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)$/;
const TIME_LENGTH = 35;

export const AGE_BANDS = ['0-4', '5-14', '15-24', '25-49', '50-64', '65+'] as const;
export const CALL_KINDS = ['traffic', 'injury', 'illness', 'birth', 'transfer', 'other'] as const;

/** Identity in health messages. Never stored: dropped at the door. */
export class IdentityDto {
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Personal('drop')
  MA_BN?: string;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Personal('drop')
  HO_TEN?: string;

  @IsOptional()
  @IsString()
  @MaxLength(35)
  @Personal('drop')
  NGAY_SINH?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Personal('drop')
  MA_THE_BHYT?: string;

  @IsOptional()
  @IsString()
  @MaxLength(50)
  @Personal('drop')
  SO_CCCD?: string;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @Personal('drop')
  DIA_CHI?: string;

  @IsOptional()
  @IsString()
  @MaxLength(50)
  @Personal('drop')
  DIEN_THOAI?: string;
}

/** A report of one notifiable case (TT 15/2026/TT-BYT); the same case may be reported again with more known of it. */
export class DiseaseReportDto extends IdentityDto {
  /** Code of the case, the same in every report of it. */
  @IsString()
  @MaxLength(100)
  @Matches(CODE)
  caseId!: string;

  @IsString()
  @MaxLength(8)
  @Matches(ICD10)
  icd10!: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  onsetAt?: string;

  /** The term for reporting runs from here. */
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  diagnosedAt!: string;

  /** When the facility reported; absent: the time of the event. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  reportedAt?: string;

  @IsOptional()
  @IsIn([...AGE_BANDS])
  ageBand?: string;

  @IsOptional()
  @IsIn(['suspected', 'confirmed', 'discarded'])
  classification?: string;

  /** Code of the outbreak (ổ dịch) that the investigation counts the case to; absent: it is linked to none. */
  @IsOptional()
  @IsString()
  @MaxLength(60)
  @Matches(CODE)
  cluster?: string;

  @IsOptional()
  @IsBoolean()
  died?: boolean;

  /** When the patient died; the term for reporting a death runs from here. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  diedAt?: string;

  /** Reporting facility. */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  facility?: string;
}

/** A visit as in XML1 of an insurance claim, as far as it is used; the same MA_LK may be sent again, corrected. */
export class VisitDto extends IdentityDto {
  /** Key of the visit within its facility. */
  @IsString()
  @MaxLength(100)
  MA_LK!: string;

  @IsString()
  @MaxLength(50)
  @Matches(CODE)
  MA_CSKCB!: string;

  /** 01 consultation, 02 outpatient treatment, 03 inpatient, 04 day care … */
  @IsOptional()
  @IsString()
  @MaxLength(2)
  @Matches(/^\d{1,2}$/)
  MA_LOAI_KCB?: string;

  @IsOptional()
  @IsIn([1, 2, 3, '1', '2', '3'])
  GIOI_TINH?: string | number;

  @IsOptional()
  @IsString()
  @MaxLength(10)
  MA_DOITUONG_KCB?: string;

  @IsOptional()
  @IsString()
  @MaxLength(8)
  @Matches(ICD10)
  MA_BENH_CHINH?: string;

  @IsString()
  @MaxLength(TIME_LENGTH)
  @Matches(XML_TIME)
  NGAY_VAO!: string;

  @IsOptional()
  @IsString()
  @MaxLength(TIME_LENGTH)
  @Matches(XML_TIME)
  NGAY_RA?: string;

  /** Whole cost, đồng. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100_000_000_000)
  T_TONGCHI_BV?: number;

  /** Part within the insurance's scope, đồng. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(100_000_000_000)
  T_TONGCHI_BH?: number;
}

/** Beds of one facility at the time of the event. */
export class BedsDto {
  @IsString()
  @MaxLength(50)
  @Matches(CODE)
  facility!: string;

  @IsInt()
  @Min(0)
  @Max(100_000)
  beds!: number;

  /** May exceed `beds`. */
  @IsInt()
  @Min(0)
  @Max(100_000)
  occupied!: number;
}

/** A call to 115 at the time of the event. */
export class CallDto {
  @IsIn([...CALL_KINDS])
  kind!: (typeof CALL_KINDS)[number];

  /** Minutes from the call to the arrival of an ambulance, once known. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1440)
  arrivedAfter?: number;
}
