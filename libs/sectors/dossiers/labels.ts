import type { Text } from '#libs/contracts';
import { demoCommunes } from '#libs/sector-kit';

/** Statuses of the national public service portal. */
export const STATUSES: Readonly<Record<number, Text>> = {
  1: { vi: 'Mới đăng ký', en: 'registered' },
  2: { vi: 'Được tiếp nhận', en: 'received' },
  3: { vi: 'Không được tiếp nhận', en: 'refused' },
  4: { vi: 'Đang xử lý', en: 'in process' },
  5: { vi: 'Yêu cầu bổ sung giấy tờ', en: 'papers requested' },
  6: { vi: 'Yêu cầu thực hiện nghĩa vụ tài chính', en: 'payment requested' },
  7: { vi: 'Công dân yêu cầu rút hồ sơ', en: 'withdrawn' },
  8: { vi: 'Dừng xử lý', en: 'stopped' },
  9: { vi: 'Đã xử lý xong', en: 'finished' },
  10: { vi: 'Đã trả kết quả', en: 'result handed over' },
};

const field: Record<string, Text> = {
  'dat-dai': { vi: 'Đất đai', en: 'Land' },
  'ho-tich': { vi: 'Hộ tịch', en: 'Civil status' },
  'chung-thuc': { vi: 'Chứng thực', en: 'Certification' },
  'kinh-doanh': { vi: 'Đăng ký kinh doanh', en: 'Business registration' },
  'xay-dung': { vi: 'Xây dựng', en: 'Construction' },
  'bao-tro': { vi: 'Bảo trợ xã hội', en: 'Social protection' },
  'giao-thong': { vi: 'Giao thông', en: 'Transport' },
  'y-te': { vi: 'Y tế', en: 'Health' },
  'giao-duc': { vi: 'Giáo dục', en: 'Education' },
  'cu-tru': { vi: 'Cư trú', en: 'Residence' },
  unknown: { vi: 'Chưa rõ', en: 'Not given' },
};

const channel: Record<string, Text> = {
  '1': { vi: 'Trực tiếp', en: 'At the desk' },
  '2': { vi: 'Trực tuyến', en: 'Online' },
  '3': { vi: 'Bưu chính công ích', en: 'By post' },
  unknown: { vi: 'Chưa rõ', en: 'Not given' },
};

/** Departments of the demo provinces; the numbers after the dot are the demo's own. */
const DEPARTMENTS: Readonly<Record<string, Text>> = {
  '2': { vi: 'Sở Nông nghiệp và Môi trường', en: 'Agriculture and Environment' },
  '3': { vi: 'Sở Tài chính', en: 'Finance' },
  '4': { vi: 'Sở Xây dựng', en: 'Construction' },
  '5': { vi: 'Sở Tư pháp', en: 'Justice' },
  '6': { vi: 'Sở Y tế', en: 'Health' },
  '7': { vi: 'Sở Giáo dục và Đào tạo', en: 'Education' },
  '8': { vi: 'Sở Nội vụ', en: 'Home Affairs' },
  '9': { vi: 'Sở Công Thương', en: 'Industry and Trade' },
};
/** Those that file dossiers in the simulation. */
export const DEPARTMENT_CODES = Object.keys(DEPARTMENTS);

/** Agencies of the demo provinces that only report, own databases or run systems; the numbers are the demo's own. */
const OTHERS: Readonly<Record<string, Text>> = {
  '10': { vi: 'Sở Khoa học và Công nghệ', en: 'Science and Technology' },
  '11': { vi: 'Sở Văn hóa, Thể thao và Du lịch', en: 'Culture, Sports and Tourism' },
  '12': { vi: 'Thanh tra', en: 'Inspectorate' },
  '13': { vi: 'Văn phòng UBND', en: "Office of the People's Committee" },
};

/** Ministries that the demo's exchange names; the code is assumed. */
const MINISTRIES: Readonly<Record<string, Text>> = {
  G01: { vi: 'Bộ Công an', en: 'Ministry of Public Security' },
};

function agencies(): Record<string, Text> {
  const out: Record<string, Text> = { ...MINISTRIES };
  for (const [root, province, vi, en] of [
    ['H13', '92', 'Cần Thơ', 'Can Tho'],
    ['H32', '56', 'Khánh Hòa', 'Khanh Hoa'],
  ] as const) {
    out[root] = { vi: `UBND ${vi}`, en: `People's Committee of ${en}` };
    for (const [code, text] of Object.entries({ ...DEPARTMENTS, ...OTHERS })) {
      out[`${root}.${code}`] = { vi: `${text.vi} ${vi}`, en: `${text.en}, ${en}` };
    }
    for (const commune of demoCommunes(province)) {
      out[`${root}.${commune.code}`] = { vi: `UBND ${commune.name}`, en: commune.name };
    }
  }
  return out;
}

const fee: Record<string, Text> = {
  none: { vi: 'Không phí', en: 'No fee' },
  desk: { vi: 'Nộp tại quầy', en: 'Paid at the desk' },
  online: { vi: 'Nộp trực tuyến', en: 'Paid online' },
};

const within: Record<string, Text> = {
  '8': { vi: 'Trong 8 giờ làm việc', en: 'Within 8 working hours' },
  '24': { vi: '8 đến 24 giờ làm việc', en: '8 to 24 working hours' },
  '40': { vi: '24 đến 40 giờ làm việc', en: '24 to 40 working hours' },
};

const digitised: Record<string, Text> = {
  yes: { vi: 'Đã số hoá', en: 'Digitised' },
  no: { vi: 'Chưa số hoá', en: 'Not digitised' },
};

export const labels: Record<string, Record<string, Text>> = {
  agency: agencies(),
  field,
  channel,
  fee,
  within,
  digitised,
};
