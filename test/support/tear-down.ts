import { globals } from './set-up.js';

export default async function tearDown(): Promise<void> {
  await globals.stopTestServers?.();
}
