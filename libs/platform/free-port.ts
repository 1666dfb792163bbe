import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which systems take ports for outgoing connections and for `listen(0)`. */
const RANGE = [12_000, 32_000] as const;
const TRIES = 50;

/**
 * A port of the loopback that nobody uses now, for a server that is started later: none that the system itself would
 * give away in between.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = randomInt(...RANGE);
    if (await isFree(port)) return port;
  }
  throw new Error(`none of ${TRIES} ports tried from ${RANGE[0]} to ${RANGE[1]} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}
