import type { WatchRequest } from '#libs/contracts';

export const MAX_TOPICS_A_SOCKET = 20;
const MAX_NAME = 200;

/** A request as far as it can be understood; null when it cannot. Whatever comes over a socket is foreign. */
export function readWatch(body: unknown): WatchRequest | null {
  const topics = readTopics(body);
  if (!topics) return null;
  const given = (body as { since?: unknown }).since;
  const since: NonNullable<WatchRequest['since']> = {};
  if (typeof given === 'object' && given !== null) {
    for (const topic of topics) {
      const place: unknown = Object.hasOwn(given, topic) ? (given as Record<string, unknown>)[topic] : undefined;
      if (isPlace(place)) since[topic] = { epoch: place.epoch, seq: place.seq };
    }
  }
  return { topics, since };
}

/** The topics of a request; null unless it is an object with a short list of names. */
export function readTopics(body: unknown): string[] | null {
  if (typeof body !== 'object' || body === null) return null;
  const { topics } = body as { topics?: unknown };
  if (!Array.isArray(topics) || topics.length > MAX_TOPICS_A_SOCKET) return null;
  if (!topics.every((topic): topic is string => typeof topic === 'string' && topic.length <= MAX_NAME)) return null;
  return [...new Set(topics)];
}

function isPlace(value: unknown): value is { epoch: string; seq: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, seq } = value as { epoch?: unknown; seq?: unknown };
  return typeof epoch === 'string' && epoch.length <= 64 && Number.isSafeInteger(seq);
}
