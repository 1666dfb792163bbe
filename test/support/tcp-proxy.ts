import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire to a store that a test can cut or freeze. */
export interface TcpProxy {
  port: number;
  /** Nothing passes any more and new connections hang: a network that swallows packets. */
  freeze(): void;
  /** Connections are cut and new ones refused. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function tcpProxy(targetPort: number): Promise<TcpProxy> {
  let state: 'open' | 'frozen' | 'cut' = 'open';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy();
    const far = connect(targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => near.write(chunk));
    if (state === 'frozen') for (const socket of pair) socket.pause();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    freeze: () => {
      state = 'frozen';
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    cut: () => {
      state = 'cut';
      for (const [near] of [...pairs]) near.destroy();
    },
    mend: () => {
      state = 'open';
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    close: async () => {
      for (const [near] of [...pairs]) near.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
