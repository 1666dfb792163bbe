import type { PushPayload } from '#libs/contracts';
import { subscribeAgain } from '../push-door.js';
import { enqueue } from '../kept.js';
import { sendWaiting, waitingForToken, type Sent } from '../send-waiting.js';
import { notificationOf, phonePathOf, type NotificationData } from './notification.js';
import type { WindowPage, WorkerMessage, WorkerScope } from './worker-types.js';

/** Files of the page, and a name that changes with them; filled in by the build. */
declare const __SHELL__: string[];
declare const __VERSION__: string;

const worker = self as unknown as WorkerScope;
const CACHE = `ioc-phone-${__VERSION__}`;
const PAGE = '/m';
/** A phone at the edge of a network must not wait for it: after this long what is kept is shown. */
const PAGE_WAIT_MS = 3_000;

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([PAGE, ...__SHELL__]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  const clean = async (): Promise<void> => {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith('ioc-phone-') && name !== CACHE).map((name) => caches.delete(name)),
    );
    await worker.clients.claim();
  };
  event.waitUntil(clean());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    if (url.pathname === PAGE || url.pathname.startsWith(`${PAGE}/`)) event.respondWith(page(request));
  } else if (__SHELL__.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((found) => found ?? fetch(request)));
  }
});

/** The page from the network, so that a new release is seen at once; what is kept where there is none. */
async function page(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request.url, { signal: AbortSignal.timeout(PAGE_WAIT_MS), credentials: 'same-origin' });
    if (answer.ok) return answer;
  } catch {
    // below
  }
  return (await caches.match(PAGE)) ?? Response.error();
}

worker.addEventListener('push', (event) => {
  let payload: PushPayload;
  try {
    payload = event.data?.json() as PushPayload;
  } catch {
    return;
  }
  const { title, options } = notificationOf(payload);
  event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener('notificationclick', (event) => {
  const { notification, action } = event;
  const data = notification.data as NotificationData;
  notification.close();
  event.waitUntil(action === 'acknowledge' && data.token !== null ? acknowledge(data, data.token) : open(data.path));
});

worker.addEventListener('sync', (event) => {
  if (event.tag === 'waiting') event.waitUntil(flush());
});

worker.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(subscribeAgain(worker.registration, event.oldSubscription?.endpoint ?? null));
});

/** Acknowledges by the token, at once or when there is a network again; what is refused is shown on the page. */
async function acknowledge({ path, language }: NotificationData, token: string): Promise<void> {
  const waiting = waitingForToken(token, Date.now());
  if (!(await enqueue(waiting))) return open(path);
  const done = await flush();
  const mine = done.find((each) => each.waiting.key === waiting.key);
  if (mine && mine.status >= 400) return open(path);
  if (mine) return;
  await worker.registration.sync?.register('waiting').catch(() => undefined);
  await worker.registration.showNotification(language === 'en' ? 'Waiting for a network' : 'Đang chờ có mạng', {
    body:
      language === 'en'
        ? 'The acknowledgement is sent as soon as there is a network.'
        : 'Xác nhận sẽ được gửi ngay khi có mạng.',
    tag: waiting.key,
    icon: '/icons/icon-192.png',
    badge: '/icons/badge-96.png',
    data: { path, token: null, language } satisfies NotificationData,
  });
}

async function flush(): Promise<Sent['done']> {
  const { done } = await sendWaiting();
  for (const { waiting } of done) {
    for (const shown of await worker.registration.getNotifications({ tag: waiting.key })) shown.close();
  }
  if (done.length > 0) await tellPages({ kind: 'sent' });
  return done;
}

async function open(path: string): Promise<void> {
  const wanted = phonePathOf(path);
  const pages = await ownPages();
  const [shown] = pages;
  if (!shown) {
    await worker.clients.openWindow(wanted);
    return;
  }
  shown.postMessage({ kind: 'open', path: wanted }, []);
  await shown.focus().catch(() => undefined);
}

async function tellPages(message: WorkerMessage): Promise<void> {
  for (const each of await ownPages()) each.postMessage(message, []);
}

async function ownPages(): Promise<WindowPage[]> {
  const pages = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.filter(({ url }) => /^\/m(\/|$)/.test(new URL(url).pathname));
}
