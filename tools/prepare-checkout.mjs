import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const NODE = [20, 20];

/**
 * Brings a checkout to where it can run: Node is new enough, dependencies are those of the lockfile, the build is
 * fresh. Everything that is already so costs a few milliseconds. `web: false` leaves the pages out.
 */
export async function prepareCheckout({ web = true } = {}) {
  checkNode();
  await installIfNeeded();
  await run(process.execPath, [join(root, 'tools', 'build.mjs'), ...(web ? [] : ['--no-web'])], 'The build failed');
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return;
  stop(
    `The hub needs Node ${NODE.join('.')} or newer and this is ${process.versions.node}: install a newer one from https://nodejs.org and start again.`,
  );
}

async function installIfNeeded() {
  const stamp = join(root, 'node_modules', '.ioc-hub-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
  // npm writes its own copy of the lockfile into node_modules: with that, a tree installed by hand is known as well.
  if (installed === lock || (installed === null && sameAsInstalled())) return;
  const started = Date.now();
  process.stdout.write('Installing the locked dependencies (once, about a minute) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await run(
    npm,
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm ci failed: see above; with no way to the npm registry nothing can be installed',
    {
      // npm start passes its own configuration on; production mode would leave out the tools that build.
      NODE_ENV: 'development',
    },
  );
  writeFileSync(stamp, lock);
  process.stdout.write(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`);
}

/** Whether every package of the lockfile that this platform takes is in node_modules in its locked version. */
function sameAsInstalled() {
  const path = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(path)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(path, 'utf8')).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || entry.link === true) return true;
    return found[name] ? found[name].version === entry.version : entry.optional === true || entry.peer === true;
  });
}

function run(command, args, failure, env = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    child.once('error', (error) => stop(`${failure} (${error.code}).`));
    child.once('exit', (code) => (code === 0 ? done() : stop(`${failure} (exit code ${code}).`)));
  });
}

function stop(sentence) {
  process.stderr.write(`✖ ${sentence}\n`);
  process.exit(1);
}
