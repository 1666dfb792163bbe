/** What of a service worker is used here: the types of pages know it only from outside. */
interface LastingEvent extends Event {
  waitUntil: (work: Promise<unknown>) => void;
}

export interface WorkerScope {
  registration: ServiceWorkerRegistration & { sync?: { register: (tag: string) => Promise<void> } };
  clients: {
    claim: () => Promise<void>;
    matchAll: (options: { type: 'window'; includeUncontrolled: boolean }) => Promise<WindowPage[]>;
    openWindow: (url: string) => Promise<WindowPage | null>;
  };
  location: Location;
  skipWaiting: () => Promise<void>;
  addEventListener: {
    (type: 'install' | 'activate', listener: (event: LastingEvent) => void): void;
    (
      type: 'fetch',
      listener: (event: LastingEvent & { request: Request; respondWith: (answer: Promise<Response>) => void }) => void,
    ): void;
    (type: 'push', listener: (event: LastingEvent & { data: { json: () => unknown } | null }) => void): void;
    (type: 'sync', listener: (event: LastingEvent & { tag: string }) => void): void;
    (
      type: 'pushsubscriptionchange',
      listener: (event: LastingEvent & { oldSubscription?: PushSubscription }) => void,
    ): void;
    (
      type: 'notificationclick',
      listener: (event: LastingEvent & { action: string; notification: Notification }) => void,
    ): void;
  };
}

export interface WindowPage {
  url: string;
  focus: () => Promise<unknown>;
  /** A worker speaks to its own origin only; the second argument is what it gives away. */
  postMessage: (message: WorkerMessage, transfer: Transferable[]) => void;
}

/** From the worker to the pages that it serves. */
export type WorkerMessage = { kind: 'open'; path: string } | { kind: 'sent' };
