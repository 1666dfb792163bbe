import type { Text } from './text.js';

/**
 * Why the hub itself did not send a message, as it is kept with the message (`lastError`, in English) and said on pages. What
 * servers answer is kept as they said it.
 */
export const NOT_SENT = {
  unseen: { vi: 'không có trang nào của người này đang mở', en: 'no page of this person was open' },
  over: { vi: 'đã hết trước khi gửi', en: 'over before it was sent' },
  answered: { vi: 'đã có người xác nhận trước khi gửi', en: 'answered before it was sent' },
  passedOn: { vi: 'đã giao cho người khác trước khi gửi', en: 'given to somebody else before it was sent' },
  toldAfterAll: {
    vi: 'đã báo được, đã giao cho người khác hoặc đã hết trước khi gửi',
    en: 'told, passed on or over before it was sent',
  },
  neverTold: {
    vi: 'người nhận chưa được báo lúc bắt đầu nên không báo kết thúc',
    en: 'its recipient was never told of what has ended',
  },
  noChannel: { vi: 'không có kênh gửi này', en: 'there is no such channel' },
  channelOff: { vi: 'kênh gửi đang tắt', en: 'its channel is disabled' },
  expired: { vi: 'hết hạn trước khi gửi được', en: 'expired before it could be sent' },
  noPerson: {
    vi: 'không có người này, hoặc tài khoản đã khóa',
    en: 'there is no such person, or the account is disabled',
  },
  noAddress: { vi: 'người này chưa có địa chỉ thư điện tử', en: 'the person has no e-mail address' },
  nobody: { vi: 'chưa đặt người hoặc nhóm nhận', en: 'nobody is named to send it to' },
  noBrowser: {
    vi: 'người này chưa bật nhận tin trên trình duyệt nào',
    en: 'no browser takes push messages for this person',
  },
  noToken: { vi: 'mã truy cập (token) của kênh chưa được gia hạn', en: 'its token is not renewed yet' },
} as const satisfies Record<string, Text>;

/** What is kept as the reason, in both languages; after a colon may stand what was wrong before. */
export function notSentText(reason: string): Text {
  for (const { vi, en } of Object.values(NOT_SENT))
    if (reason === en || reason.startsWith(`${en}: `))
      return { vi: vi + (reason === en ? '' : `: ${notSentText(reason.slice(en.length + 2)).vi}`), en: reason };
  return { vi: reason, en: reason };
}
