const MINUTE_MS = 60_000;

/**
 * Takes up to `wanted` messages of a channel's rate, at most `rate` in any minute: a quarter of them at once, the rest
 * spread over it. What was sent is paid for until `slotAt`, which is all that several processes have to share.
 */
export function takeSlots(
  rate: number,
  slotAt: number | null,
  wanted: number,
  now: number,
): { taken: number; slotAt: number } {
  const burst = Math.max(1, Math.floor(rate / 4));
  // In a minute at most the burst and what its rest refills: burst + (rate − burst + 1) − 1.
  const each = MINUTE_MS / (rate - burst + 1);
  const paid = Math.max(slotAt ?? 0, now);
  const free = Math.floor((now + burst * each - paid) / each + 1e-6);
  const taken = Math.max(0, Math.min(wanted, free));
  return { taken, slotAt: paid + taken * each };
}

/** When the next one may be taken; `now` where it may be at once. */
export function nextSlot(rate: number, slotAt: number | null, now: number): number {
  const burst = Math.max(1, Math.floor(rate / 4));
  const each = MINUTE_MS / (rate - burst + 1);
  return Math.max(now, (slotAt ?? 0) - (burst - 1) * each);
}
