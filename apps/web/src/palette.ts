import type { Level } from '#libs/contracts';

/** The colours of the theme in force, for what is drawn on canvas. */
export interface Palette {
  text: string;
  muted: string;
  line: string;
  tile: string;
  accent: string;
  soft: string;
  series: readonly string[];
  level: Record<Level, string>;
}

let cached: { theme: string | undefined; palette: Palette } | undefined;

export function palette(): Palette {
  const root = document.documentElement;
  if (cached !== undefined && cached.theme === root.dataset.theme) return cached.palette;
  const style = getComputedStyle(root);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const found: Palette = {
    text: read('text'),
    muted: read('muted'),
    line: read('line'),
    tile: read('tile'),
    accent: read('accent'),
    soft: read('soft'),
    series: [1, 2, 3, 4, 5, 6].map((n) => read(`series-${n}`)),
    level: {
      ok: read('accent'),
      attention: read('attention'),
      serious: read('serious'),
      critical: read('critical'),
      unknown: read('unknown'),
    },
  };
  cached = { theme: root.dataset.theme, palette: found };
  return found;
}

export const FONT = '"Inter Variable", "Segoe UI", "Noto Sans", Arial, sans-serif';

const canvas = typeof document === 'undefined' ? undefined : document.createElement('canvas').getContext('2d');

/** Width of a text in CSS pixels. */
export function textWidth(text: string, size: number, weight = 400): number {
  if (canvas === undefined || canvas === null) return text.length * size * 0.6;
  canvas.font = `${weight} ${size}px ${FONT}`;
  return canvas.measureText(text).width;
}

/** The text, cut with an ellipsis where it is wider than `width`. */
export function fitText(text: string, size: number, width: number, weight = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  let end = text.length;
  while (end > 1 && textWidth(`${text.slice(0, end).trimEnd()}…`, size, weight) > width) end--;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** The text on at most `lines` lines of `width`, the last one cut where it must be. */
export function wrapText(text: string, size: number, width: number, lines: number): string {
  const words = text.split(' ');
  const done: string[] = [];
  while (words.length > 0 && done.length < lines - 1) {
    let line = words.shift() ?? '';
    while (words[0] !== undefined && textWidth(`${line} ${words[0]}`, size) <= width) line += ` ${words.shift()}`;
    done.push(fitText(line, size, width));
  }
  if (words.length > 0) done.push(fitText(words.join(' '), size, width));
  return done.join('\n');
}
