import type { PushPayload } from '#libs/contracts';

/** What a shown notification carries for the tap on it. */
export interface NotificationData {
  path: string;
  /** For the button; null: there is none. */
  token: string | null;
  language: 'vi' | 'en';
}

type Shown = NotificationOptions & {
  actions?: { action: string; title: string }[];
  renotify?: boolean;
  timestamp?: number;
  vibrate?: number[];
};

/** A push message as the phone shows it. A later one of the same topic takes the place of the one that is shown, and sounds again. */
export function notificationOf(payload: PushPayload): { title: string; options: Shown } {
  const { title, body, topic, id, severity, language, path, token, at, kind } = payload;
  const tag = topic || id;
  return {
    title,
    options: {
      body,
      tag,
      renotify: tag !== '' && kind !== 'resolved',
      silent: severity === 'information' || kind === 'resolved',
      requireInteraction: severity === 'critical' && kind !== 'resolved',
      lang: language,
      icon: '/icons/icon-192.png',
      badge: '/icons/badge-96.png',
      timestamp: at,
      ...(severity === 'critical' && kind !== 'resolved' ? { vibrate: [400, 150, 400, 150, 400] } : {}),
      ...(token === null
        ? {}
        : { actions: [{ action: 'acknowledge', title: language === 'en' ? 'Acknowledge' : 'Xác nhận' }] }),
      data: { path, token, language } satisfies NotificationData,
    },
  };
}

/** The page of the phone that shows what a path of the hub is about. */
export function phonePathOf(path: string): string {
  const alert = /^\/alerts\/([^/?#]+)/.exec(path)?.[1];
  if (alert !== undefined) return `/m/alerts/${alert}`;
  if (path.startsWith('/brief')) return `/m${path}`;
  return /^\/m([/?]|$)/.test(path) ? path : '/m';
}
