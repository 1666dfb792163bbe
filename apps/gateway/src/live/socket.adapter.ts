import type { INestApplication } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { isSameOrigin } from '../access/session-cookie.js';

/** Bytes of one message from a screen; a request to watch is far smaller. */
const MAX_MESSAGE = 16 * 1024;

/**
 * socket.io as the hub uses it: text frames without compression, no connection-state recovery (both cost the fast
 * path), small messages from screens, and no page of another site.
 */
export class SocketAdapter extends IoAdapter {
  constructor(app: INestApplication) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      perMessageDeflate: false,
      httpCompression: false,
      serveClient: false,
      maxHttpBufferSize: MAX_MESSAGE,
      pingInterval: 10_000,
      pingTimeout: 10_000,
      connectTimeout: 10_000,
      allowRequest: (request, answer) => answer(null, isSameOrigin(request)),
    } as ServerOptions) as Server;
  }
}
