import { readNumber, type Text } from '#libs/contracts';
import { language, say } from '../language.js';

export interface EntryFault {
  /** JSON pointer into the entry. */
  path: string;
  message: string;
}

/** The server's sentences → Vietnamese; `$1`, `$2` are their parts. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/^there is no metric "(.*)" whose values are entered$/, 'Không có chỉ tiêu nhập tay với mã “$1”.'],
  [/^(\S+) takes no dims$/, 'Chỉ tiêu $1 không có phần phân loại.'],
  [/^(\S+) needs \d+ dims: (.+)$/, 'Chỉ tiêu $1 cần đủ các phần phân loại: $2.'],
  [/^(\S+) has no unit$/, 'Chỉ tiêu $1 không tính theo đơn vị hành chính: hãy để trống.'],
  [/^unit is missing$/, 'Thiếu đơn vị hành chính.'],
  [/^there is no unit "(.*)"$/, 'Không có đơn vị hành chính “$1”.'],
  [/^unit must be the code of an administrative unit$/, 'Đơn vị phải là mã đơn vị hành chính.'],
  [/^(\S+) is missing$/, 'Thiếu phần phân loại $1.'],
  [/^(\S+) "(.*)" is unknown: it must be one of (.+)$/, 'Phần phân loại $1 không có “$2”; hãy chọn một trong: $3.'],
  [
    /^(\S+) "(.*)" is unknown: it must be the code of an agency such as (.+) or (.+)$/,
    'Phần phân loại $1 không có “$2”; phải là mã cơ quan, ví dụ $3 hoặc $4.',
  ],
  [/^(\S+) "(.*)" is unknown: it must be (.+)$/, 'Phần phân loại $1 không có “$2”; phải là: $3.'],
  [/^"(.*)" is not a day such as (\S+)$/, '“$1” không phải là ngày có thật; viết như $2 hoặc 01/11/2026.'],
  [/^period must be a day such as (\S+)$/, 'Kỳ phải là một ngày, ví dụ $1.'],
  [/^(\S+) cannot be: (\S+) is at least (\S+)$/, 'Giá trị $1 không thể có: $2 phải từ $3 trở lên.'],
  [/^(\S+) cannot be: (\S+) is from (\S+) to (\S+)$/, 'Giá trị $1 không thể có: $2 phải từ $3 đến $4.'],
  [/^(\S+) cannot be: (\S+) is a whole number$/, 'Giá trị $1 không thể có: $2 là số nguyên.'],
  [
    /^value is missing: no published figure is there to be withdrawn$/,
    'Thiếu giá trị: kỳ này chưa có số đã công bố để rút.',
  ],
  [/^the period has not begun$/, 'Kỳ này chưa bắt đầu.'],
  [
    /^version (\d+) of this number is open already: (\S+), written by (.+)$/,
    'Kỳ này đã có phiên bản v$1 chưa công bố, do $3 nhập.',
  ],
  [/^line (\d+) says this number already$/, 'Dòng $1 đã có số này của kỳ này.'],
  [/^reason must say .*$/, 'Hãy ghi lý do sửa.'],
  [/^document must .*$/, 'Số văn bản chỉ gồm chữ, số và các dấu . / -, ví dụ 123/BC-UBND.'],
];

/** What the fields are where the server says something that is not known here. */
const FIELDS: Record<string, Text> = {
  metric: { vi: 'Chỉ tiêu không đúng', en: 'The metric is not right' },
  unit: { vi: 'Đơn vị hành chính không đúng', en: 'The unit is not right' },
  dims: { vi: 'Phần phân loại không đúng', en: 'The dimensions are not right' },
  period: { vi: 'Kỳ không đúng', en: 'The period is not right' },
  value: { vi: 'Giá trị không đúng', en: 'The value is not right' },
  document: { vi: 'Số văn bản không đúng', en: 'The document number is not right' },
  reason: { vi: 'Lý do chưa đúng', en: 'The reason is not right' },
};

/** A fault of an entry as a whole sentence, in the language of the page. */
export function entrySentence({ path, message }: EntryFault): string {
  if (language() === 'en') return message;
  // The number is read here as the server read it.
  const number = /^value "(.*)" (can be read|is not)/.exec(message);
  const read = number ? readNumber(number[1] ?? '') : null;
  if (read && 'fault' in read) return `${read.fault.vi}.`;
  const found = SAID.find(([pattern]) => pattern.test(message));
  if (found) return message.replace(found[0], found[1]);
  const field = path.split('/').find((part) => part in FIELDS);
  return field === undefined ? message : `${say(FIELDS[field] as Text)}: ${message}`;
}
