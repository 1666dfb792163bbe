import { CLOCK, DAY, MONTH, VN_OFFSET_MS } from '#libs/contracts';
import type { Text } from '#libs/contracts';
import { language, say } from './language.js';

/** Thousands and decimal marks are written by hand: not every screen's browser knows the Vietnamese locale. */
export function formatNumber(value: number, digits: number): string {
  if (digits === MONTH) return `${Math.floor(value / 12)}-${String((Math.floor(value) % 12) + 1).padStart(2, '0')}`;
  if (digits === CLOCK) return formatHour(value);
  if (digits === DAY) return formatDay(value);
  const [thousands, decimal] = language() === 'vi' ? ['.', ','] : [',', '.'];
  const fixed = Math.abs(value).toFixed(digits);
  const [whole = '0', fraction] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, thousands);
  const sign = value < 0 && Number(fixed) !== 0 ? '−' : '';
  return sign + grouped + (fraction === undefined ? '' : decimal + fraction);
}

/** A difference, always with its sign: `+1,2`, `−30`, `0`. */
export function formatChange(value: number, digits: number): string {
  const text = formatNumber(value, digits);
  return value > 0 && !isZero(value, digits) ? `+${text}` : text;
}

export const isZero = (value: number, digits: number): boolean => Number(Math.abs(value).toFixed(digits)) === 0;

/** Axis labels: no more digits than the value has, at most `digits`. */
export function formatAxis(value: number, digits: number): string {
  for (let d = 0; d < digits; d++) {
    if (Math.abs(value - Number(value.toFixed(d))) < 1e-9) return formatNumber(value, d);
  }
  return formatNumber(value, digits);
}

const two = (n: number) => String(n).padStart(2, '0');
const local = (time: number) => new Date(time + VN_OFFSET_MS);

/** `14:32:05`, Vietnamese time, wherever the screen is. */
export function formatClock(time: number): string {
  const t = local(time);
  return `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}:${two(t.getUTCSeconds())}`;
}

/** `14:32` */
export function formatHour(time: number): string {
  return formatClock(time).slice(0, 5);
}

/** `22/11/2026` */
export function formatDate(time: number): string {
  const t = local(time);
  return `${two(t.getUTCDate())}/${two(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`;
}

/** `22/11` */
export function formatDay(time: number): string {
  return formatDate(time).slice(0, 5);
}

/** `22/11/2026 14:32` */
export function formatMoment(time: number): string {
  return `${formatDate(time)} ${formatHour(time)}`;
}

/** Shortest exact-enough form of a past moment: the time on the same day, day and time on another. */
export function formatAsOf(time: number, now: number): string {
  return formatDate(time) === formatDate(now) ? formatHour(time) : `${formatDay(time)} ${formatHour(time)}`;
}

const WEEKDAYS: readonly Text[] = [
  { vi: 'Chủ nhật', en: 'Sunday' },
  { vi: 'Thứ hai', en: 'Monday' },
  { vi: 'Thứ ba', en: 'Tuesday' },
  { vi: 'Thứ tư', en: 'Wednesday' },
  { vi: 'Thứ năm', en: 'Thursday' },
  { vi: 'Thứ sáu', en: 'Friday' },
  { vi: 'Thứ bảy', en: 'Saturday' },
];

export function formatWeekday(time: number): string {
  const day = WEEKDAYS[local(time).getUTCDay()];
  return day === undefined ? '' : say(day);
}

/** `vừa xong`, `42 giây trước`, `2 phút trước`, `3 giờ trước`, `5 ngày trước`; short without `trước`. */
export function formatAge(ms: number, length: 'short' | 'long' = 'long'): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 5) return say({ vi: 'vừa xong', en: 'just now' });
  const [n, vi, en] =
    seconds < 60
      ? [seconds, 'giây', 'sec']
      : seconds < 3_600
        ? [Math.floor(seconds / 60), 'phút', 'min']
        : seconds < 86_400
          ? [Math.floor(seconds / 3_600), 'giờ', 'h']
          : [Math.floor(seconds / 86_400), 'ngày', 'd'];
  if (length === 'short') return say({ vi: `${n} ${vi}`, en: `${n} ${en}` });
  return say({ vi: `${n} ${vi} trước`, en: `${n} ${en} ago` });
}

const UNITS: readonly (readonly [seconds: number, vi: string, en: string])[] = [
  [86_400, 'ngày', 'd'],
  [3_600, 'giờ', 'h'],
  [60, 'phút', 'min'],
  [1, 'giây', 's'],
];

/** How long: `45 giây`, `1 giờ 30 phút`, `7 ngày`. Two units at most, the largest first. */
export function formatDuration(seconds: number): string {
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [length, vi, en] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count} ${say({ vi, en })}`);
  }
  return parts.length === 0 ? say({ vi: '0 giây', en: '0 s' }) : parts.slice(0, 2).join(' ');
}
