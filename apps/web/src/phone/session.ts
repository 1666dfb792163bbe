import { ApiError, call } from '../api.js';
import { recall, remember } from '../settings.js';
import { keep, LEAVING, recallKept, wipe } from './kept.js';
import { turnPushOff } from './push-door.js';

export interface Me {
  name: string;
  role: string;
}

export type Session = { is: 'in'; me: Me } | { is: 'out'; message: string | null };

/** Who is signed in: by the hub, or without a network by what is kept. Who is not, sees nothing that was kept. */
export async function findSession(): Promise<Session> {
  if (recall(LEAVING) !== null) await finishLeaving();
  try {
    const me = await call<Me & { kind: string }>('GET', '/v1/me');
    if (me.kind !== 'user') return { is: 'out', message: null };
    await keep('me', { name: me.name, role: me.role }, Date.now());
    return { is: 'in', me };
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    if (status === 401 || status === 403) {
      await wipe({ queue: false });
      return { is: 'out', message: null };
    }
    const kept = recall(LEAVING) === null ? await recallKept<Me>('me') : null;
    if (kept) return { is: 'in', me: kept.value };
    return { is: 'out', message: error instanceof Error ? error.message : null };
  }
}

/** Throws ApiError. What another person left waiting is not sent in this one's name. */
export async function signIn(login: string, password: string): Promise<Me> {
  if (recall('phone-login') !== login) await wipe({ queue: true });
  const { role } = await call<{ login: string; role: string }>('POST', '/v1/session', { login, password });
  remember('phone-login', login);
  remember(LEAVING, null);
  const me = { name: login, role };
  await keep('me', me, Date.now());
  return me;
}

/** Everything that was kept is gone at once; the hub is told now, or as soon as there is a network. */
export async function signOut(): Promise<void> {
  remember(LEAVING, '1');
  remember('phone-login', null);
  await wipe({ queue: true });
  await turnPushOff().catch(() => undefined);
  await finishLeaving();
}

async function finishLeaving(): Promise<void> {
  try {
    await call('DELETE', '/v1/session');
    remember(LEAVING, null);
  } catch {
    // tried again at the next start
  }
}
