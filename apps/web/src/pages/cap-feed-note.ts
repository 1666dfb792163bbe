import { SEVERITIES, SEVERITY_NAMES, type ChannelView, type Severity } from '#libs/contracts';
import { h } from '../dom.js';
import { say } from '../language.js';

/** What a CAP feed holds now and, where that is nothing, what would have to be so that it held something. */
export function capFeedNote({ id, settings }: ChannelView): HTMLElement {
  const path = `/v1/public/cap/${encodeURIComponent(id)}/feed.atom`;
  const said = h('span', {}, '');
  void countOf(path).then((count) => {
    if (count === null) return;
    said.textContent =
      count === 0 ? ` – ${whyEmpty(settings)}` : ` – ${say({ vi: `${count} tin`, en: String(count) })}`;
  });
  return h('p', {}, h('a', { href: path }, say({ vi: 'Nguồn tin công khai', en: 'Public feed' })), said);
}

/** Messages in the feed; null where it cannot be read, as while the channel is off. */
async function countOf(path: string): Promise<number | null> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(10_000) });
    return answer.ok ? ((await answer.text()).match(/<entry\b/g)?.length ?? 0) : null;
  } catch {
    return null;
  }
}

function whyEmpty(settings: Record<string, unknown>): string {
  const least = SEVERITIES.find((one) => one === settings['least']) ?? ('serious' satisfies Severity);
  const level = SEVERITY_NAMES[least];
  if (settings['disastersOnly'] === false)
    return say({
      vi: `đang trống: 7 ngày qua không có cảnh báo nào từ mức “${level.vi}”.`,
      en: `empty: no alert from “${level.en}” within 7 days.`,
    });
  return say({
    vi: `đang trống: chỉ công bố cảnh báo thiên tai (disastersOnly) từ mức “${level.vi}”; chưa có cảnh báo nào mang cấp rủi ro thiên tai. Cấp đặt ở quy tắc, hoặc khi phát cảnh báo mới.`,
    en: `empty: it publishes only disasters (disastersOnly) from “${level.en}”, and no alert carries a level of disaster risk. Rules set it, and whoever raises an alert.`,
  });
}
