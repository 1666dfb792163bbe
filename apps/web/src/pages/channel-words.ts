import { type ChannelView, notSentText, type Text } from '#libs/contracts';
import { ApiError } from '../api.js';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { say } from '../language.js';
import { levelIcon } from '../marks.js';

/** What an administrator chooses: a kind of channel, and of webhooks the format. */
export type ChannelChoice = 'email' | 'plain' | 'telegram' | 'zalo-oa' | 'sms' | 'web-push' | 'in-app' | 'cap';

export const CHOICES: Record<ChannelChoice, Text> = {
  email: { vi: 'Thư điện tử (SMTP)', en: 'E-mail (SMTP)' },
  plain: { vi: 'Webhook có chữ ký', en: 'Signed webhook' },
  telegram: { vi: 'Telegram', en: 'Telegram' },
  'zalo-oa': { vi: 'Zalo OA', en: 'Zalo OA' },
  sms: { vi: 'Cổng SMS (HTTP)', en: 'SMS gateway (HTTP)' },
  'web-push': { vi: 'Thông báo đẩy', en: 'Push' },
  'in-app': { vi: 'Trong ứng dụng', en: 'In the application' },
  cap: { vi: 'Nguồn tin CAP', en: 'CAP feed' },
};
/** What can be added; the others are there from the first start. */
export const ADDABLE: readonly ChannelChoice[] = ['email', 'plain', 'telegram', 'zalo-oa', 'sms'];

export function choiceOf({ kind, settings }: Pick<ChannelView, 'kind' | 'settings'>): ChannelChoice {
  return kind === 'webhook' ? ((settings.format as ChannelChoice | undefined) ?? 'plain') : kind;
}

/** How a channel stands: shape and words. */
export function healthChip(channel: ChannelView): HTMLElement {
  if (channel.disabledAt !== null) {
    return h('span', { class: 'chip level-unknown' }, '⏻ ', say({ vi: 'Đã tắt', en: 'Disabled' }));
  }
  if (channel.health === 'ok') return h('span', { class: 'chip' }, '✓ ', say({ vi: 'Hoạt động', en: 'Works' }));
  if (channel.health === 'unknown') {
    return h(
      'span',
      { class: 'chip level-unknown' },
      levelIcon('unknown'),
      say({ vi: 'Chưa gửi tin nào', en: 'Nothing sent yet' }),
    );
  }
  const since = channel.downSince === null ? '' : formatMoment(Date.parse(channel.downSince));
  return h(
    'span',
    { class: 'chip level-critical' },
    levelIcon('critical'),
    say({ vi: `Không gửi được từ ${since}`, en: `Down since ${since}` }),
  );
}

/** Whether and why it does not work, in a sentence; null where there is nothing to tell. */
export function troubleOf(channel: ChannelView): string | null {
  if (channel.disabledAt !== null) return channel.disabledWhy;
  return channel.health === 'down' && channel.lastError !== null ? say(notSentText(channel.lastError)) : null;
}

/** What the server found wrong, with the fields that it names. */
export function faultOf(error: unknown): string {
  if (!(error instanceof ApiError)) return String((error as Error).message);
  const errors = error.problem.errors ?? [];
  if (error.problem.code === 'in-use') {
    const places = errors.map(({ path }) => path).join(', ');
    return say({
      vi: `Còn nơi đang dùng kênh này: ${places}. Hãy đổi ở đó trước (trang Trực).`,
      en: `It is still used: ${places}. Change it there first (page On call).`,
    });
  }
  return errors.length === 0
    ? [error.message, error.problem.detail ?? ''].filter((text) => text !== '').join(' ')
    : errors.map(({ path, message }) => `${path.replace(/^\/(settings|secret)\//, '')}: ${message}`).join('; ');
}
