import type { Problem, Text } from '#libs/contracts';
import { language, say } from './language.js';
import { takeToken } from './settings.js';

/** A refusal of the server, or no answer at all; `message` is for the reader. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What the server said of it, where it said anything. */
    readonly problem: Partial<Problem> & { errors?: { path: string; message: string; at?: number }[] } = {},
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 10_000;

const SENTENCES: Record<number, Text> = {
  0: {
    vi: 'Không kết nối được máy chủ. Hãy kiểm tra mạng rồi thử lại.',
    en: 'The server cannot be reached. Check the network and try again.',
  },
  400: { vi: 'Dữ liệu nhập chưa đúng.', en: 'The input is not valid.' },
  401: { vi: 'Bạn chưa đăng nhập hoặc phiên đã hết hạn.', en: 'You are not signed in, or the session has ended.' },
  403: { vi: 'Tài khoản này không có quyền làm việc đó.', en: 'This account may not do that.' },
  404: { vi: 'Không tìm thấy.', en: 'Not found.' },
  409: {
    vi: 'Việc này không còn làm được: tình trạng đã thay đổi.',
    en: 'This is not possible any more: the state has changed.',
  },
  422: { vi: 'Dữ liệu nhập chưa đúng.', en: 'The input is not valid.' },
  429: {
    vi: 'Thử quá nhiều lần. Hãy chờ một phút rồi thử lại.',
    en: 'Too many attempts. Wait a minute and try again.',
  },
};

/** The sentence of a status; English pages also get the server's own detail. */
export function sentenceOf(status: number, problem: Partial<Problem> | undefined): string {
  const known = SENTENCES[status] ?? {
    vi: `Máy chủ gặp trục trặc (${status}). Hãy thử lại sau ít phút.`,
    en: `The server has a problem (${status}). Try again in a few minutes.`,
  };
  const detail = problem?.detail;
  return language() === 'en' && detail !== undefined && status < 500 ? `${say(known)} ${detail}` : say(known);
}

/** Calls the API of the page's own origin with the session cookie, or with a wall link's token. A file is sent as it is. Throws ApiError. */
export async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  token: string | null = null,
): Promise<T> {
  const file = body instanceof Blob;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': file ? 'application/octet-stream' : 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: file ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, sentenceOf(0, undefined));
  }
  const text = await response.text().catch(() => '');
  let parsed: unknown;
  try {
    parsed = text === '' ? undefined : JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (!response.ok)
    throw new ApiError(
      response.status,
      sentenceOf(response.status, parsed as Partial<Problem> | undefined),
      parsed ?? {},
    );
  return parsed as T;
}

/** A question of who is signed in, or else of this screen's wall link. Throws ApiError. */
export async function ask<T>(path: string): Promise<T> {
  try {
    return await call<T>('GET', path);
  } catch (error) {
    const token = takeToken();
    if (!(error instanceof ApiError) || error.status !== 401 || token === null) throw error;
    return await call<T>('GET', path, undefined, token);
  }
}

export interface BoardEntry {
  id: string;
  title: Text;
}

export interface SourceEntry {
  id: string;
  name: string;
  /** Newest arrival and newest event, epoch ms or ISO text. */
  lastSeen: number | string | null;
  lastEvent: number | string | null;
  every: number | null;
  /** Who answers for what it brings. */
  owners?: readonly Text[];
  simulated?: boolean;
  revoked: boolean;
}

export interface WallLinkEntry {
  id: string;
  name: string;
  sectors: string[];
  units: string[];
  expiresAt: number | string | null;
  revokedAt: number | string | null;
}

/** Lists come bare or wrapped in one field. */
export function listOf<T>(answer: unknown): T[] {
  if (Array.isArray(answer)) return answer as T[];
  if (typeof answer === 'object' && answer !== null) {
    const inner = Object.values(answer).find((value) => Array.isArray(value));
    if (inner !== undefined) return inner as T[];
  }
  return [];
}

export const timeOf = (value: number | string | null | undefined): number | null => {
  if (value === null || value === undefined) return null;
  const time = typeof value === 'number' ? value : Date.parse(value);
  return Number.isFinite(time) ? time : null;
};
