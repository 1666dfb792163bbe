import { Personal } from '#libs/sector-kit';
import { IsIn, IsISO8601, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

/** Dossier code: TT 01/2018/TT-VPCP, article 19, and the longer and shorter forms that occur. */
export const DOSSIER_CODE = /^([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.)?[A-Z][0-9]{2}(\.[0-9]+)*-\d{6,8}-\d{4,7}$/;

const STATUS_VALUES = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const FLAG_VALUES = ['0', '1', 0, 1];
const TIME_LENGTH = 35;

/** People in a dossier message, by the names in the wild. All are dropped at the door. */
export class PersonalFieldsDto {
  /** Name of the applicant. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Personal('drop')
  ChuHoSo?: string;

  @IsOptional()
  @IsString()
  @MaxLength(320)
  @Personal('drop')
  Email?: string;

  @IsOptional()
  @IsString()
  @MaxLength(50)
  @Personal('drop')
  SoDienThoai?: string;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  @Personal('drop')
  DiaChi?: string;

  /** Citizen or business number of the applicant: nothing counts applicants, so not even a pseudonym is kept. */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  @Personal('drop')
  MaDoiTuong?: string;

  /** Official in charge. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  @Personal('drop')
  NguoiXuLy?: string;

  /** Free text: may name anybody. */
  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  @Personal('drop')
  NoiDungXuLy?: string;
}

/**
 * `DongBoHoSoMC`: a whole dossier as its system holds it. Times without an offset are Vietnamese time. Codes may be
 * text or number, as both occur.
 */
export class DossierDto extends PersonalFieldsDto {
  @IsString()
  @MaxLength(60)
  @Matches(DOSSIER_CODE)
  MaHoSo!: string;

  /** Procedure code, e.g. `1.005129`. */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  MaTTHC?: string;

  /** Field of the procedure (lĩnh vực), a short code; see `labels.ts`. */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  LinhVuc?: string;

  /** 1 at the desk, 2 online, 3 by public post. */
  @IsOptional()
  @IsIn(['1', '2', '3', 1, 2, 3])
  KenhThucHien?: string | number;

  /** Receiving agency, e.g. `H13.25`. */
  @IsOptional()
  @IsString()
  @MaxLength(35)
  MaDonViTiepNhan?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  NgayNop?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  NgayTiepNhan?: string;

  /** When the result is due. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  NgayHenTra?: string;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  NgayKetThucXuLy?: string;

  /** One of the ten statuses of the national portal. */
  @IsIn(STATUS_VALUES)
  TrangThaiHoSo!: string | number;

  /** 0 citizen, 1 business, 2 household business. */
  @IsOptional()
  @IsIn(['0', '1', '2', 0, 1, 2])
  LoaiDoiTuong?: string | number;

  @IsOptional()
  @IsIn(FLAG_VALUES)
  HoSoCoThanhPhanSoHoa?: string | number;

  @IsOptional()
  @IsIn(FLAG_VALUES)
  DuocSoHoa?: string | number;

  /** 1 paid online, 0 paid otherwise; absent: no fee. */
  @IsOptional()
  @IsIn(FLAG_VALUES)
  DuocThanhToanTrucTuyen?: string | number;
}

/** `CapNhatTienDoHoSoMC`: one step of a dossier. */
export class ProgressDto extends PersonalFieldsDto {
  @IsString()
  @MaxLength(60)
  @Matches(DOSSIER_CODE)
  MaHoSo!: string;

  /** When the step was done; absent: the time of the event. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  ThoiDiemXuLy?: string;

  /** Office that did it. */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  PhongBanXuLy?: string;

  @IsIn(STATUS_VALUES)
  TrangThai!: string | number;

  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  NgayBatDau?: string;

  /** When this step is due by the rules. */
  @IsOptional()
  @IsISO8601({ strict: true })
  @MaxLength(TIME_LENGTH)
  NgayKetThucTheoQuyDinh?: string;
}
