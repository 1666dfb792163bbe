import { io } from 'socket.io-client';

/**
 * Watches the overview as a wall does and resolves at its first live message: a changed number, or, without demo
 * sources, the first sign of life. Gives up silently when the signal aborts.
 */
export function firstTick(
  gatewayUrl: string,
  token: string,
  wait: 'delta' | 'tick',
  signal: AbortSignal,
): Promise<boolean> {
  const socket = io(`${gatewayUrl}/live`, { auth: { token }, transports: ['websocket'], reconnectionDelayMax: 1_000 });
  const watch = (): void => {
    socket.emit('watch', { topics: ['board:overview'] }, () => undefined);
  };
  return new Promise<boolean>((done) => {
    socket.on('connect', watch);
    socket.once(wait, () => done(true));
    signal.addEventListener('abort', () => done(false), { once: true });
  }).finally(() => socket.disconnect());
}
