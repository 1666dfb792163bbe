import { expect, test } from '@jest/globals';
import { entrySentence } from './entry-faults.js';

const said = (path: string, message: string): string => entrySentence({ path, message });

test('what is wrong with an entry is a sentence that says what and where, never a path', () => {
  expect(said('/dims/1', 'agency is missing')).toBe('Thiếu phần phân loại agency.');
  expect(said('/dims/0', 'part "publised" is unknown: it must be one of published, updated')).toBe(
    'Phần phân loại part không có “publised”; hãy chọn một trong: published, updated.',
  );
  expect(said('/dims/1', 'agency "h13" is unknown: it must be the code of an agency such as H13 or H13.25')).toBe(
    'Phần phân loại agency không có “h13”; phải là mã cơ quan, ví dụ H13 hoặc H13.25.',
  );
  expect(said('/unit', 'there is no unit "00"')).toBe('Không có đơn vị hành chính “00”.');
  expect(said('/value', 'value "1.234" can be read in two ways: write 1234 or 1.2340')).toBe(
    '“1.234” đọc được hai cách: hãy viết 1234 hoặc 1,2340.',
  );
  expect(said('/value', '250 cannot be: services.adults-online is from 0 to 100')).toBe(
    'Giá trị 250 không thể có: services.adults-online phải từ 0 đến 100.',
  );
  expect(said('/value', 'value is missing: no published figure is there to be withdrawn')).toBe(
    'Thiếu giá trị: kỳ này chưa có số đã công bố để rút.',
  );
  expect(said('/value', 'value must not be greater than 1e15')).toBe(
    'Giá trị không đúng: value must not be greater than 1e15',
  );
});
