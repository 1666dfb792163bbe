import type { Message, NoticeMessage } from '#libs/contracts';
import type { Channel } from '../channel.port.js';
import { factsOf } from '../dress.js';

const BODY_LINES = 3;

/**
 * Banners on the open pages of a person, over the live bus. Whether one was open is known by
 * what gateways note (`open_page`), not here.
 */
export function inApp(publish: (message: NoticeMessage) => Promise<void>): Channel {
  return {
    send: async (message, { recipient }) => {
      try {
        await publish({ to: [recipient], notice: noticeOf(message) });
        return { ok: true, receipt: null };
      } catch (error) {
        // Nobody is waited for while the bus is away: whoever has a page open is seen only when it is back.
        return { ok: false, again: true, fault: 'refused', reason: (error as Error).message, progress: '' };
      }
    },
  };
}

function noticeOf(message: Message): NoticeMessage['notice'] {
  const { id, kind, severity, subject, lines, alerts, at } = message;
  // It is in the person's own language already; pages take what is there.
  const body = [factsOf(message), ...lines]
    .filter((line) => line !== '')
    .slice(0, BODY_LINES)
    .join('\n');
  return {
    id,
    kind,
    severity,
    title: { vi: subject, en: subject },
    body: { vi: body, en: body },
    alert: alerts.length === 1 ? (alerts[0]?.id ?? null) : null,
    at,
  };
}
