import { recall, remember } from '../settings.js';

export type TextSize = 'normal' | 'large' | 'largest';
export const TEXT_SIZES: readonly TextSize[] = ['normal', 'large', 'largest'];

/** Size of all text, kept on this phone. */
export function applyTextSize(size: TextSize): void {
  document.documentElement.dataset.text = size;
  remember('text-size', size);
}

export function textSize(): TextSize {
  const kept = recall('text-size');
  return TEXT_SIZES.find((size) => size === kept) ?? 'normal';
}

/** The bar of the browser or the phone takes the colour of the page. */
export function matchSystemBar(): void {
  const page = getComputedStyle(document.documentElement).getPropertyValue('--page').trim();
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', page);
}
