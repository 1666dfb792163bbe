/**
 * `npm run bench -- peers [--cases 200] [--seed 1]`: the hub's rules beside Prometheus and Alertmanager (Debian's packages
 * `prometheus` and `prometheus-alertmanager`). First on a virtual clock with Prometheus' own unit tester, then both running for
 * real on the same readings.
 */
import { benchReal } from './real.js';
import { agreeWithPrometheus, randomCases } from './virtual.js';

export async function benchPeers({ cases, seed }: { cases: number; seed: number }): Promise<void> {
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const { looks, fired, differences } = await agreeWithPrometheus(randomCases(cases, seed));
  say(`virtual clock: ${cases} series and rules, ${looks} looks, ${fired} firings`);
  say(differences.length === 0 ? '  Prometheus says the same at every look' : `  differs:\n${differences.join('\n')}`);
  if (differences.length > 0) process.exitCode = 1;
  await benchReal({ cases, seed, say });
}
