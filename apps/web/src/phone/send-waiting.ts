import { dequeue, waitingOnes, type Waiting } from './kept.js';

const TIMEOUT_MS = 10_000;
const LOCK = 'ioc-phone-waiting';
/** Answers after which a try may still succeed; any other refusal is final, e.g. of an alert that is answered already. */
const AGAIN = [401, 408, 425, 429];

export interface Sent {
  /** Arrived, or refused for good. */
  done: { waiting: Waiting; status: number }[];
  /** Nobody is signed in any more. */
  signedOut: boolean;
}

/**
 * Sends what waits, one after another, in the page or in the service worker, never in both at a time. What was taken and
 * whose answer was lost is sent again: an alert is acknowledged once, however often it is asked for.
 */
export async function sendWaiting(): Promise<Sent> {
  return navigator.locks.request(LOCK, async () => {
    const sent: Sent = { done: [], signedOut: false };
    for (const waiting of await waitingOnes()) {
      const status = await post(waiting);
      if (status === 401) sent.signedOut = true;
      if (status === 0 || status >= 500 || AGAIN.includes(status)) break;
      await dequeue(waiting.key);
      sent.done.push({ waiting, status });
    }
    return sent;
  });
}

/** Status of the answer; 0 without one. */
async function post({ alert, token }: Waiting): Promise<number> {
  const [path, body] =
    alert === null
      ? ['/v1/alerts/acknowledge-by-link', { token }]
      : [`/v1/alerts/${encodeURIComponent(alert)}/actions`, { action: 'acknowledge' }];
  try {
    const response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.status;
  } catch {
    return 0;
  }
}

export const waitingForAlert = (alert: string, now: number): Waiting => ({
  key: alert,
  alert,
  token: null,
  since: now,
});

export const waitingForToken = (token: string, now: number): Waiting => ({
  key: `token:${token}`,
  alert: null,
  token,
  since: now,
});
