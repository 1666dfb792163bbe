import type { SendResult } from '../channel.port.js';
import type { Answer } from '../outward.js';

/**
 * What an HTTP status says of a try. 408, 425, 429 and 5xx may pass; 401 and 403 are of the channel's own credentials and
 * may be mended, so that the message waits; other 4xx are of this message and do not change by repetition.
 */
export function resultOf(answer: Answer): SendResult {
  const { status, connected, text, retryAfter } = answer;
  if (status >= 200 && status < 300) return { ok: true, receipt: text };
  if (status === 0) return { ok: false, again: true, fault: connected ? 'refused' : 'unreachable', reason: text };
  const after = retryAfter === null ? {} : { after: retryAfter * 1000 };
  if (status === 410) return { ok: false, again: false, gone: true, fault: 'refused', reason: 'HTTP 410 Gone' };
  // A redirect is an answer of somebody who should have taken it: the address is wrong.
  const ours = status < 400 || [401, 403, 404, 405, 407].includes(status);
  if (ours || status >= 500 || [408, 425, 429].includes(status)) {
    return { ok: false, again: true, ...after, fault: 'refused', reason: text };
  }
  return { ok: false, again: false, fault: 'recipient', reason: text };
}
