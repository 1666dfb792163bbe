import type { Logger } from 'pino';

/** All of a stop must fit in here; supervisors kill after 5 s. */
export const SHUTDOWN_LIMIT_MS = 4_500;

/**
 * Stops the process in order on SIGTERM, on SIGINT, and when the launcher that forked it is gone (so that none is
 * left behind when a launcher is killed). The second signal, or the limit, ends it at once with exit code 1.
 */
export function stopWhenTold(stop: () => Promise<void>, logger: Logger): void {
  let since: number | null = null;
  const begin = (why: string): void => {
    if (since !== null) {
      // One Ctrl-C arrives twice under npm, from the terminal and from npm: only a later one is a second one.
      if (why !== 'launcher gone' && performance.now() - since > 500) process.exit(1);
      return;
    }
    since = performance.now();
    logger.info({ why }, 'stopping');
    const limit = setTimeout(() => {
      logger.error({ limitMs: SHUTDOWN_LIMIT_MS }, 'did not stop in time');
      process.exit(1);
    }, SHUTDOWN_LIMIT_MS);
    stop()
      .then(() => {
        clearTimeout(limit);
        logger.info('stopped');
        process.exit(0);
      })
      .catch((error: unknown) => {
        logger.error({ err: error }, 'failed while stopping');
        process.exit(1);
      });
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  if (process.connected) process.once('disconnect', () => begin('launcher gone'));
  else if (process.env.HUB_SUPERVISED === '1') begin('launcher gone');
}

/** Tells the launcher, if there is one, that this process takes work now. */
export function tellReady(port: number): void {
  if (process.connected) process.send?.({ ready: true, port });
}
