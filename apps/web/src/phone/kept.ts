import { recall } from '../settings.js';

/**
 * What the phone knew last, and what it has still to send, in IndexedDB: the page and its service worker share it.
 * Bounded; gone at sign-out. A browser that allows no storage keeps nothing, and the page still works online.
 */
export interface Kept<T> {
  /** When it was true by the server's clock, epoch ms. */
  at: number;
  value: T;
}

/** An acknowledgement that has not arrived yet: of one alert, or by the token of a push message. One for each key. */
export interface Waiting {
  key: string;
  /** Null for a token, which names its alerts itself. */
  alert: string | null;
  token: string | null;
  /** When it was tapped, epoch ms. */
  since: number;
}

const NAME = 'ioc-phone';
const KEPT = 'kept';
const WAITING = 'waiting';
/** Details of alerts that are kept besides the lists. */
const MOST_KEPT = 60;
const MOST_WAITING = 200;

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener('upgradeneeded', () => {
      request.result.createObjectStore(KEPT);
      request.result.createObjectStore(WAITING, { keyPath: 'key' });
    });
    request.addEventListener('success', () => done(request.result));
    request.addEventListener('error', () => fail(request.error ?? new Error('no storage')));
  });
  opened.catch(() => (opened = undefined));
  return opened;
}

/** One transaction; resolves when it is written, with what its request gave. */
async function run<T>(
  store: string,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const base = await database();
  return new Promise((done, fail) => {
    const transaction = base.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.addEventListener('complete', () => done(request.result));
    transaction.addEventListener('abort', () => fail(transaction.error ?? new Error('not stored')));
  });
}

/** Set while somebody is signing out: nothing is kept from then on. */
export const LEAVING = 'phone-leaving';

/** Keeps a value by its name; of `alert:…` names the oldest are dropped. Never throws. */
export async function keep<T>(name: string, value: T, at: number): Promise<void> {
  if (recall(LEAVING) !== null) return;
  try {
    await run(KEPT, 'readwrite', (store) => store.put({ at, value } satisfies Kept<T>, name));
    const names = await run(KEPT, 'readonly', (store) => store.getAllKeys());
    if (names.length <= MOST_KEPT) return;
    const dated = await Promise.all(
      names
        .map(String)
        .filter((each) => each.startsWith('alert:'))
        .map(async (each) => ({ each, at: (await recallKept(each))?.at ?? 0 })),
    );
    for (const { each } of dated.sort((a, b) => a.at - b.at).slice(0, names.length - MOST_KEPT))
      await run(KEPT, 'readwrite', (store) => store.delete(each));
  } catch {
    // Without storage the page knows only what it is told.
  }
}

/** What was kept by a name; null when nothing was. Never throws. */
export async function recallKept<T>(name: string): Promise<Kept<T> | null> {
  try {
    return ((await run(KEPT, 'readonly', (store) => store.get(name))) as Kept<T> | undefined) ?? null;
  } catch {
    return null;
  }
}

/** Puts an acknowledgement into the queue; false when it is full or there is no storage. */
export async function enqueue(waiting: Waiting): Promise<boolean> {
  try {
    const count = await run(WAITING, 'readonly', (store) => store.count());
    if (count >= MOST_WAITING) return false;
    await run(WAITING, 'readwrite', (store) => store.put(waiting));
    return true;
  } catch {
    return false;
  }
}

/** What waits, oldest first. */
export async function waitingOnes(): Promise<Waiting[]> {
  try {
    const all = (await run(WAITING, 'readonly', (store) => store.getAll())) as Waiting[];
    return all.sort((a, b) => a.since - b.since);
  } catch {
    return [];
  }
}

export async function dequeue(key: string): Promise<void> {
  await run(WAITING, 'readwrite', (store) => store.delete(key)).catch(() => undefined);
}

/** Forgets what was kept; the queue too, unless it still belongs to somebody who signs in again. */
export async function wipe({ queue }: { queue: boolean }): Promise<void> {
  await run(KEPT, 'readwrite', (store) => store.clear()).catch(() => undefined);
  if (queue) await run(WAITING, 'readwrite', (store) => store.clear()).catch(() => undefined);
}
