/** Subscribing this browser for push messages, from the page and from its service worker. */

export type PushState =
  /** The browser knows no push; on an iPhone the page has to be installed first. */
  | 'unsupported'
  | 'install-first'
  /** Refused in the browser's settings. */
  | 'denied'
  | 'on'
  | 'off';

export async function pushState(): Promise<PushState> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) {
    return isApple() && !isInstalled() ? 'install-first' : 'unsupported';
  }
  if (Notification.permission === 'denied') return 'denied';
  const registration = await navigator.serviceWorker.getRegistration('/m');
  const subscription = await registration?.pushManager.getSubscription().catch(() => null);
  return subscription ? 'on' : 'off';
}

/** Asks for permission and subscribes; throws where the browser or the hub refuses. */
export async function turnPushOn(): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return pushState();
  const registration = await navigator.serviceWorker.ready;
  await subscribe(registration);
  return 'on';
}

export async function turnPushOff(): Promise<PushState> {
  const registration = await navigator.serviceWorker.getRegistration('/m');
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    await subscription.unsubscribe();
    await tell('DELETE', { endpoint: subscription.endpoint }).catch(() => undefined);
  }
  return pushState();
}

/** The browser gave up a subscription: a new one takes its place. */
export async function subscribeAgain(registration: ServiceWorkerRegistration, gone: string | null): Promise<void> {
  await subscribe(registration);
  if (gone !== null) await tell('DELETE', { endpoint: gone }).catch(() => undefined);
}

async function subscribe(registration: ServiceWorkerRegistration): Promise<void> {
  const answer = await fetch('/v1/push/key', { credentials: 'same-origin', signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`no key: ${answer.status}`);
  const { key } = (await answer.json()) as { key: string };
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(key),
  });
  const { endpoint, keys } = subscription.toJSON();
  await tell('POST', { endpoint, keys });
}

async function tell(method: 'POST' | 'DELETE', body: unknown): Promise<void> {
  const answer = await fetch('/v1/me/push', {
    method,
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`refused: ${answer.status}`);
}

/** Bytes of base64url. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.codePointAt(0) ?? 0);
}

export const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;

export const isApple = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes('Mac') && navigator.maxTouchPoints > 1);
