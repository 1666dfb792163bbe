import type { Severity } from '#libs/contracts';
import type { News } from '#libs/persistence';

const ORDER: readonly Severity[] = ['critical', 'serious', 'warning', 'information'];

/** Ids of the worst that a message names; it says how many more there are. */
export function worstOf(news: readonly News[]): string[] {
  const sorted = [...news].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
  return sorted.slice(0, 20).map(({ alert }) => alert);
}
