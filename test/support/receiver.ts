import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Call {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A real HTTP server that keeps what it is told and answers as it is set to. */
export interface Receiver {
  url: string;
  calls: Call[];
  answer: (call: Call, response: ServerResponse) => void;
  close: () => Promise<void>;
}

export async function receiver(port = 0): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) };
      made.calls.push(call);
      made.answer(call, response);
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const made: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    answer: (_call, response) => void response.writeHead(204).end(),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return made;
}
