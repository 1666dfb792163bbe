import type { Fault } from '#libs/contracts';
import { language } from '../language.js';

/** What the server says is wrong with a rule → Vietnamese; `$1`, `$2` are its parts. What is not here stays as it is. */
const SAID: readonly (readonly [RegExp, string])[] = [
  [/^there is no metric (.+)$/, 'không có số đo $1'],
  [/^there is no indicator (.+)$/, 'không có chỉ tiêu $1'],
  [/^there is no unit (.+)$/, 'không có đơn vị $1'],
  [/^there is no rule (.+)$/, 'không có quy tắc $1'],
  [/^there is no sector (.+)$/, 'không có lĩnh vực $1'],
  [/^there is no function ([^;]+); there are (.+)$/, 'không có hàm $1; có: $2'],
  [/^there is no such field$/, 'không có trường này'],
  [/^(\S+) has no dimension (\S+); it has (.+)$/, '$1 không có chiều $2; có: $3'],
  [/^divides by zero$/, 'chia cho 0'],
  [/^measures nothing.*$/, 'không đo gì: cần một số đo hoặc chỉ tiêu'],
  [/^needs above, below or both.*$/, 'cần ít nhất một ngưỡng, nếu không thì không bao giờ báo'],
  [/^must lie over (?:below|under) \((.+)\).*$/, 'phải lớn hơn ngưỡng dưới ($1), nếu không thì luôn báo'],
  [/^never holds: the value is at most (.+)$/, 'không bao giờ đạt: giá trị không quá $1'],
  [/^never holds: the value is at least (.+)$/, 'không bao giờ đạt: giá trị ít nhất là $1'],
  [/^always holds: the value is at most (.+)$/, 'luôn đạt: giá trị không quá $1'],
  [/^always holds: the value is at least (.+)$/, 'luôn đạt: giá trị ít nhất là $1'],
  [/^lies on the wrong side: it must not lie over (?:above|over) \((.+)\)$/, 'sai phía: không được lớn hơn ngưỡng $1'],
  [
    /^lies on the wrong side: it must not lie under (?:below|under) \((.+)\)$/,
    'sai phía: không được nhỏ hơn ngưỡng $1',
  ],
  [/^is the second limit on its side: .*$/, 'là ngưỡng thứ hai cùng phía: chỉ giữ một'],
  [/^is not possible with two limits.*$/, 'không dùng được khi có hai ngưỡng: hãy tách thành hai quy tắc'],
  [/^must be said in Vietnamese and English.*$/, 'cần cả tiếng Việt và tiếng Anh'],
  [/^must be a whole number from (\S+) to (\S+)$/, 'phải là số nguyên từ $1 đến $2'],
  [/^a whole number from (\S+) to (\S+) is expected$/, 'cần số nguyên từ $1 đến $2'],
  [/^must be a number from (\S+) to (\S+)$/, 'phải là số từ $1 đến $2'],
  [/^must be a number or a formula$/, 'phải là số hoặc công thức'],
  [/^must be a formula$/, 'phải là công thức'],
  [/^must be a day such as (.+)$/, 'phải là ngày, ví dụ $1'],
  [/^must be a time such as (.+)$/, 'phải là giờ, ví dụ $1'],
  [/^must be at least one day.*$/, 'hãy chọn ít nhất một ngày'],
  [/^must be <sector>.*$/, 'phải có dạng own.tên: chữ thường không dấu, số và "-"'],
  [/^must begin with (.+)$/, 'phải bắt đầu bằng $1'],
  [/^must be the code of a unit$/, 'phải là mã đơn vị'],
  [/^(\S+) needs a window, e\.g\. (.+)$/, '$1 cần một khoảng thời gian, ví dụ $2'],
  [/^a window is expected: (.+)$/, 'cần một khoảng thời gian: $1'],
  [/^"(.*)" is expected$/, 'thiếu “$1”'],
  [/^"(.*)" is too much here$/, 'thừa “$1” ở đây'],
  [/^"(.*)" means nothing here$/, '“$1” không có nghĩa ở đây'],
  [/^a number, a function.*$/, 'cần một số, một hàm, [chỉ tiêu] hoặc “(”'],
  [/^(\S+) stands alone: write (.+)$/, '$1 đứng một mình: hãy viết $2'],
  [/^the indicator (\S+) has no target$/, 'chỉ tiêu $1 không có mục tiêu'],
  [/^(.+) mute each other in a circle$/, '$1 tắt tiếng lẫn nhau thành vòng'],
  [/^lies before validFrom.*$/, 'trước ngày bắt đầu: sẽ không bao giờ có hiệu lực'],
  [/^must lie over 0: .*$/, 'phải lớn hơn 0: giá trị không đổi cũng sẽ khớp'],
  [/^must lie under 0: .*$/, 'phải nhỏ hơn 0: giá trị không đổi cũng sẽ khớp'],
  [/^there is one alert for each source already$/, 'đã có mỗi nguồn một cảnh báo'],
  [/^(\S+) is not counted by unit.*$/, '$1 không đếm theo đơn vị nên không giới hạn đơn vị được'],
  [/^a rule must not mute itself$/, 'quy tắc không được tắt tiếng chính nó'],
  [/^must name 1 to 100 rules$/, 'hãy chọn từ 1 đến 100 quy tắc'],
  [/^may be source only where.*$/, 'chỉ dùng được với điều kiện “Nguồn im lặng”'],
  [/^is the same as from.*$/, 'phải khác giờ bắt đầu; muốn xét cả ngày thì chọn “Mọi lúc”'],
  [
    /^only administrators let a rule that is in force begin later$/,
    'chỉ quản trị viên dời ngày bắt đầu của quy tắc đang có hiệu lực',
  ],
  [
    /^only administrators limit the hours.*$/,
    'chỉ quản trị viên giới hạn khung giờ của quy tắc đang có hiệu lực; người trực đặt được cho quy tắc mới',
  ],
  [/^only administrators decide what a rule mutes$/, 'chỉ quản trị viên quyết định quy tắc tắt tiếng quy tắc nào'],
  [/^only administrators let a rule end.*$/, 'chỉ quản trị viên được cho quy tắc hết hiệu lực từ hôm nay trở về trước'],
  [/^is missing$/, 'còn thiếu'],
];

/** The reason in the language of the page. */
export function faultSentence({ message }: Pick<Fault, 'message'>): string {
  if (language() === 'en') return message;
  const found = SAID.find(([pattern]) => pattern.test(message));
  return found ? message.replace(found[0], found[1]) : message;
}
