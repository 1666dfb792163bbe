/**
 * `npm run check`: everything that can be known of the code without running it. Each step prints ok or failed with its
 * time, a failed one what it said; all are run. `--json FILE` also writes the counts, for CI.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareCheckout } from './prepare-checkout.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules', '.bin', name);
const tool = (name, ...args) => [process.execPath, join('dist', 'tools', `${name}.js`), ...args];

const STEPS = [
  ['types', bin('tsc'), '-p', '.'],
  ['types of the pages', bin('tsc'), '--noEmit', '-p', 'apps/web'],
  ['lint', bin('oxlint')],
  ['format', bin('prettier'), '--check', '--log-level', 'warn', '.'],
  ['boundaries', bin('depcruise'), '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'test', 'tools'],
  ['no sector named', ...tool('sector-names')],
  ['unused code', bin('knip'), '--no-progress'],
  ['schema drift', ...tool('schema-drift')],
  ['generated files', ...tool('generate', '--check')],
  ['lockfile complete', process.execPath, join('tools', 'complete-lockfile.mjs'), '--check'],
  ['lockfile minimums', ...tool('lockfile-minimums')],
];
const LIMIT_MS = 5 * 60_000;

function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: LIMIT_MS });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', (error) => done({ ok: false, said: error.message }));
    child.once('close', (code) => done({ ok: code === 0, said }));
  });
}

await prepareCheckout({ web: false });
let failed = 0;
for (const [name, command, ...args] of STEPS) {
  const started = performance.now();
  const { ok, said } = await run(command, args);
  if (!ok) failed++;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(20)} ${seconds.padStart(5)} s\n`);
  if (!ok) process.stdout.write(`${said.trim().slice(-8_000)}\n`);
}
const out = process.argv.indexOf('--json');
if (out > 0) writeFileSync(process.argv[out + 1], JSON.stringify({ passed: STEPS.length - failed, failed }));
process.stdout.write(`${STEPS.length - failed} checks passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
