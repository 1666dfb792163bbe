import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { Server } from 'socket.io';
import type { Namespace } from 'socket.io';
import { TICK_EVERY_MS } from '#libs/contracts';
import type { BoardState, ClientToServer, ServerToClient, TileState } from '#libs/contracts';
import { generator, previewBoards, tickerItem } from './preview-boards.js';
import { answerPhone, previewAlerts } from './preview-phone.js';

type Live = Namespace<ClientToServer, ServerToClient>;

export interface Preview {
  port: number;
  /** Moves numbers of every board and sends the delta. */
  step: () => void;
  /** Says from now on whether the server's own view is up to date. */
  fresh: (is: boolean) => void;
  revoke: () => void;
  /** What was POSTed to the API and taken. */
  posts: { path: string; body: unknown }[];
  /** Whether the API and the live socket are out of reach; the pages stay. */
  away: (is: boolean) => void;
  close: () => Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'";

/** The built pages with the preview boards behind the real socket protocol, on the loopback. Login: any; token: any. */
export async function startPreview(options: { dist: string; port?: number; auto?: boolean }): Promise<Preview> {
  const boards = previewBoards(Date.now());
  const epoch = `preview-${Date.now()}`;
  const random = generator(7);
  const seqs = new Map(Object.keys(boards).map((id) => [id, 1]));
  let behind: number | undefined;
  let events = 100;
  let isAway = false;
  const posts: Preview['posts'] = [];
  const http = createServer((request, response) => {
    if (isAway && /^\/(v1|socket\.io)\//.test(request.url ?? '')) return void request.socket.destroy();
    void answer(request, response, options.dist, boards);
    if (request.method === 'POST') void text(request).then((body) => note(request.url ?? '', body));
  });
  const note = (path: string, body: string): void =>
    void posts.push({ path, body: body === '' ? null : (JSON.parse(body) as unknown) });
  const io = new Server(http, { serveClient: false, perMessageDeflate: false });
  const live: Live = io.of('/live');
  const tick = () =>
    live.emit('tick', {
      at: Date.now(),
      fresh: behind === undefined,
      ...(behind === undefined ? {} : { since: behind }),
    });

  live.on('connection', (socket) => {
    socket.on('watch', (request, reply) => {
      const refused = [];
      for (const topic of request.topics) {
        if (topic === 'alerts') {
          socket.emit('alerts', previewAlerts(Date.now()));
          continue;
        }
        const id = topic.replace('board:', '');
        const state = boards[id];
        if (state === undefined) {
          refused.push({ topic, code: 'unknown' as const, message: 'there is no such board' });
          continue;
        }
        void socket.join(topic);
        const seq = seqs.get(id) ?? 1;
        const since = request.since?.[topic];
        if (since?.epoch !== epoch || since.seq !== seq)
          socket.emit('snapshot', { topic, epoch, seq, at: Date.now(), state });
      }
      reply({ ok: refused.length === 0, refused });
    });
  });

  const step = () => {
    for (const [id, state] of Object.entries(boards)) {
      const from = seqs.get(id) ?? 1;
      const changes = moved(state, random, ++events);
      state.tiles = { ...state.tiles, ...changes };
      seqs.set(id, from + 1);
      live
        .to(`board:${id}`)
        .emit('delta', { topic: `board:${id}`, epoch, from, seq: from + 1, at: Date.now(), changes });
    }
  };
  const timers = [setInterval(tick, TICK_EVERY_MS), ...(options.auto === true ? [setInterval(step, 1_000)] : [])];
  await new Promise<void>((done) => http.listen(options.port ?? 0, '127.0.0.1', done));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    step,
    fresh: (is) => {
      behind = is ? undefined : Date.now();
      tick();
    },
    posts,
    away: (is) => {
      isAway = is;
      if (is) live.disconnectSockets(true);
    },
    revoke: () => {
      live.emit('revoked');
      live.disconnectSockets(true);
    },
    close: async () => {
      timers.forEach(clearInterval);
      http.closeAllConnections();
      await io.close();
    },
  };
}

function moved(state: BoardState, random: () => number, event: number): Record<string, TileState> {
  const changes: Record<string, TileState> = {};
  const now = Date.now();
  for (const [id, tile] of Object.entries(state.tiles)) {
    if (tile.kind === 'number' && tile.value !== null && tile.late !== true && random() < 0.5) {
      changes[id] = { ...tile, value: tile.value * (1 + (random() - 0.48) / 100), at: now };
    }
    if (tile.kind === 'ticker') changes[id] = { ...tile, items: [tickerItem(now, event), ...tile.items].slice(0, 30) };
  }
  const received = state.tiles['received'];
  if (received?.kind === 'number') changes['received'] = { ...received, value: (received.value ?? 0) + 1, at: now };
  return changes;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  dist: string,
  boards: Record<string, BoardState>,
) {
  const path = new URL(request.url ?? '/', 'http://preview').pathname;
  response.setHeader('content-security-policy', POLICY);
  if (path.startsWith('/v1/')) return api(request, response, path, boards);
  const page = /^\/m(\/|$)/.test(path) ? 'm.html' : 'index.html';
  const name = extname(path) === '' ? page : normalize(path).replace(/^(\.\.[/\\])+/, '');
  try {
    const body = await readFile(join(dist, name));
    response.setHeader('content-type', TYPES[extname(name)] ?? 'application/octet-stream');
    response.end(body);
  } catch {
    response.statusCode = 404;
    response.end();
  }
}

/** Enough of the API for the pages to be seen signed in and signed out. */
function api(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  boards: Record<string, BoardState>,
): void {
  const send = (status: number, body: unknown) => {
    response.statusCode = status;
    response.setHeader('content-type', status < 400 ? 'application/json' : 'application/problem+json');
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  if (path === '/v1/session' && request.method === 'POST') {
    response.setHeader('set-cookie', 'preview=1; HttpOnly; SameSite=Strict; Path=/');
    return send(200, { login: 'admin' });
  }
  if (path === '/v1/session') {
    response.setHeader('set-cookie', 'preview=; Max-Age=0; Path=/');
    return send(204, undefined);
  }
  if (!(request.headers.cookie ?? '').includes('preview=1'))
    return send(401, { type: 'about:blank', title: 'Unauthorized', status: 401 });
  if (answerPhone(request, path, previewAlerts(Date.now()), send)) return;
  if (path === '/v1/boards')
    return send(200, { boards: Object.values(boards).map(({ board }) => ({ id: board.id, title: board.title })) });
  const sources = boards['overview']?.tiles['sources'];
  if (path === '/v1/sources' || path === '/v1/admin/sources')
    return send(200, { sources: sources?.kind === 'sources' ? sources.sources : [] });
  const link = { id: 'w1', name: 'Sảnh tầng 1', sectors: ['*'], units: ['92'], expiresAt: null, revokedAt: null };
  if (path === '/v1/admin/wall-links')
    return send(200, request.method === 'POST' ? { id: 'w2', token: 'wall_preview' } : { links: [link] });
  send(404, { type: 'about:blank', title: 'Not Found', status: 404 });
}
