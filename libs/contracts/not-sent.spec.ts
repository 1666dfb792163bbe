import { expect, test } from '@jest/globals';
import { NOT_SENT, notSentText } from './not-sent.js';

test('every reason of the hub is said in both languages; what a server answered stays as it is', () => {
  for (const { vi, en } of Object.values(NOT_SENT)) expect(notSentText(en)).toEqual({ vi, en });
  const both = `${NOT_SENT.expired.en}: ${NOT_SENT.noToken.en}`;
  expect(notSentText(both)).toEqual({ vi: `${NOT_SENT.expired.vi}: ${NOT_SENT.noToken.vi}`, en: both });
  expect(notSentText('expired before it could be sent: HTTP 500').vi).toBe('hết hạn trước khi gửi được: HTTP 500');
  expect(notSentText('HTTP 500').vi).toBe('HTTP 500');
});
