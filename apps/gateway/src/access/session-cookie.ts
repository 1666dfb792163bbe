import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';

export const SESSION_COOKIE = 'ioc_session';

/** Value of the session cookie, if there is one. */
export function sessionOf(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && value) return value;
  }
  return undefined;
}

/** Scripts cannot read the cookie, and no other site can make a browser send it. */
export function setSession(request: Request, response: Response, token: string, expiresAt: Date): void {
  response.cookie(SESSION_COOKIE, token, { ...attributes(request), expires: expiresAt });
}

export function clearSession(request: Request, response: Response): void {
  response.clearCookie(SESSION_COOKIE, attributes(request));
}

function attributes(request: Request) {
  const secure = request.secure || request.headers['x-forwarded-proto'] === 'https';
  return { httpOnly: true, sameSite: 'strict', path: '/', secure } as const;
}

/** Whether a browser sent this from a page of ours; what is no browser sends no Origin and passes. */
export function isSameOrigin(request: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site'];
    return site === undefined || site === 'same-origin' || site === 'none';
  }
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
