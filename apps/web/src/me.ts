import { call } from './api.js';

/** Who uses this page. */
export interface Me {
  kind: 'user' | 'wall-link';
  /** Login. */
  name: string;
  role: 'administrator' | 'operator' | 'leader' | 'viewer';
}

let asked: Promise<Me | null> | undefined;

/** Who is signed in; null: nobody, or the server does not say. Asked once for each page. */
export function whoAmI(): Promise<Me | null> {
  asked ??= call<Me>('GET', '/v1/me').then(
    (me) => (me.kind === 'user' ? me : null),
    () => {
      asked = undefined;
      return null;
    },
  );
  return asked;
}

/** Somebody signed in or out. */
export function forgetMe(): void {
  asked = undefined;
}

export const mayAct = (me: Me | null): boolean => me !== null && me.role !== 'viewer';
export const mayOperate = (me: Me | null): boolean => me?.role === 'operator' || me?.role === 'administrator';
