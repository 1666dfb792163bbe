/** One event that the hub refused, with its reason. */
export interface Refusal {
  code: string;
  /** JSON pointer to the field at fault. */
  path: string;
  message: string;
}

/** What one request came to, as a decision of what to do next. */
export type Outcome =
  | { kind: 'taken'; batch: string | null; refused: Map<number, Refusal>; refusedTotal: number }
  /** The whole request was refused for something in it: send it in halves until the culprit stands alone. */
  | { kind: 'split'; refusal: Refusal }
  /** The hub is busy or away; `afterMs` is what it asked for. */
  | { kind: 'retry'; afterMs: number | null; why: string }
  /** Someone must act (key, address): wait long, and tell. */
  | { kind: 'blocked'; why: string };

/** How the hub names the types of its problems. */
const PROBLEM = 'urn:ioc:problem:';

interface VerdictBody {
  type?: unknown;
  batch?: unknown;
  accepted?: unknown;
  rejected?: unknown;
  rejectedTotal?: unknown;
  code?: unknown;
  title?: unknown;
  detail?: unknown;
}

/** Reads the hub's answer (RFC 9457 problems for errors); pure. */
export function judge(status: number, retryAfter: string | null, body: string, count: number, now: number): Outcome {
  const parsed = parse(body);
  // A captive portal or a proxy answers too: only the hub's own words may let go of an event.
  if (status === 202 && typeof parsed.batch === 'string' && typeof parsed.accepted === 'number') {
    const refused = refusals(parsed);
    const refusedTotal = typeof parsed.rejectedTotal === 'number' ? parsed.rejectedTotal : refused.size;
    return { kind: 'taken', batch: parsed.batch, refused, refusedTotal };
  }
  const why = `${status} ${text(parsed.title) ?? ''}${text(parsed.detail) ? `: ${text(parsed.detail)}` : ''}`.trim();
  const isHubs = text(parsed.type)?.startsWith(PROBLEM) ?? false;
  if (isHubs && status === 422) {
    const refused = refusals(parsed);
    const total = Math.max(refused.size, count);
    if (refused.size > 0) return { kind: 'taken', batch: text(parsed.batch), refused, refusedTotal: total };
  }
  if (isHubs && (status === 400 || status === 413 || status === 422)) {
    return { kind: 'split', refusal: { code: text(parsed.code) ?? `http-${status}`, path: '', message: why } };
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return { kind: 'retry', afterMs: readRetryAfter(retryAfter, now), why };
  }
  return { kind: 'blocked', why: isHubs ? why : `${why} (this is not the hub's answer: is the address right?)` };
}

/** Seconds or an HTTP date, as milliseconds from now; null when absent or senseless. At most an hour. */
export function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null || value.trim() === '') return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}

/** Exponential backoff with full jitter: so that a thousand clients do not come back in one instant. */
export function backoff(attempt: number, random: () => number, baseMs = 500, capMs = 30_000): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 16));
}

function refusals(body: VerdictBody): Map<number, Refusal> {
  const found = new Map<number, Refusal>();
  if (!Array.isArray(body.rejected)) return found;
  for (const entry of body.rejected as Record<string, unknown>[]) {
    if (typeof entry?.index !== 'number') continue;
    found.set(entry.index, {
      code: text(entry.code) ?? 'rejected',
      path: text(entry.path) ?? '',
      message: text(entry.message) ?? '',
    });
  }
  return found;
}

function parse(body: string): VerdictBody {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
