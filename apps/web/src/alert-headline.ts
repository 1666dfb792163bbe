import type { AlertsState, HeadlineState, Level, Text } from '#libs/contracts';

const RANK: readonly Level[] = ['ok', 'unknown', 'attention', 'serious', 'critical'];
const worse = (a: Level, b: Level): Level => (RANK.indexOf(a) >= RANK.indexOf(b) ? a : b);

/** The sentence of the moment with what people must answer before everything else. Pure. */
export function withAlertCounts(
  headline: HeadlineState,
  alerts: AlertsState | null,
  sector: string | null,
): HeadlineState {
  if (alerts === null) return headline;
  const counts = sector === null ? alerts.counts : alerts.sectors[sector];
  const { critical = 0, serious = 0 } = counts ?? {};
  const parts: Text[] = [];
  if (critical > 0)
    parts.push({
      vi: `${critical} cảnh báo khẩn cấp`,
      en: `${critical} critical ${critical === 1 ? 'alert' : 'alerts'}`,
    });
  if (serious > 0)
    parts.push({
      vi: `${serious} cảnh báo nghiêm trọng`,
      en: `${serious} serious ${serious === 1 ? 'alert' : 'alerts'}`,
    });
  const down = alerts.channelsDown.length;
  if (down > 0)
    parts.push({ vi: `${down} kênh gửi không hoạt động`, en: `${down} ${down === 1 ? 'channel' : 'channels'} down` });
  if (parts.length === 0) return headline;
  const own: Level = critical > 0 ? 'critical' : serious > 0 ? 'serious' : 'attention';
  const all = [...parts, headline.text];
  return {
    ...headline,
    level: worse(headline.level, own),
    text: { vi: all.map(({ vi }) => vi).join(' · '), en: all.map(({ en }) => en).join(' · ') },
  };
}
