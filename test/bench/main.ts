/** `npm run bench -- <name>`: benchmarks. Timings live here and never in a test's assertions. */
import { benchAlerts } from './alerts.js';
import { benchExplain } from './explain.js';
import { benchIndicators } from './indicators.js';
import { benchIngest } from './ingest.js';
import { benchOverdue } from './overdue.js';
import { benchPeers } from './peers/peers.js';

const [name, ...rest] = process.argv.slice(2);
const option = (flag: string): string | undefined => {
  const at = rest.indexOf(`--${flag}`);
  return at < 0 ? undefined : rest[at + 1];
};

if (name === 'ingest') {
  const backend = option('backend') ?? 'postgres';
  if (backend !== 'postgres' && backend !== 'redis') throw new Error('--backend is postgres or redis');
  const packs = option('packs')?.split(',');
  await benchIngest({ backend, seconds: Number(option('seconds') ?? 20), ...(packs ? { packs } : {}) });
} else if (name === 'indicators') {
  await benchIndicators({ seconds: Number(option('seconds') ?? 20), pairs: Number(option('pairs') ?? 3) });
} else if (name === 'explain') {
  await benchExplain({ rounds: Number(option('rounds') ?? 5) });
} else if (name === 'overdue') {
  await benchOverdue({ dossiers: Number(option('dossiers') ?? 500_000) });
} else if (name === 'peers') {
  await benchPeers({ cases: Number(option('cases') ?? 200), seed: Number(option('seed') ?? 1) });
} else if (name === 'alerts') {
  const part = option('part');
  await benchAlerts({
    seconds: Number(option('seconds') ?? 15),
    post: Number(option('post') ?? 500),
    ...(part === undefined ? {} : { part }),
  });
} else {
  process.stderr.write(
    'npm run bench -- indicators [--seconds 20] [--pairs 3]\n' +
      'npm run bench -- explain [--rounds 5]\n' +
      'npm run bench -- alerts [--seconds 15] [--part latencies|throughput] [--post 500]\n' +
      'npm run bench -- overdue [--dossiers 500000]\n' +
      'npm run bench -- peers [--cases 200] [--seed 1]\n' +
      'npm run bench -- ingest [--backend postgres|redis] [--seconds 20] [--packs a,b]\n',
  );
  process.exitCode = 2;
}
