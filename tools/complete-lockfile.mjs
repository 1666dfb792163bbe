/**
 * `node tools/complete-lockfile.mjs`, after a change of dependencies: npm leaves packages for other platforms out of the
 * lockfile when the registry in use does not offer them, and `npm ci` then refuses the lockfile. This puts them in: the
 * version is the one that their parent pins, the platform is read from the name. Nothing is downloaded.
 * `--check` changes nothing and exits 1 when some are missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'win32',
  windows: 'win32',
  freebsd: 'freebsd',
  android: 'android',
  openharmony: 'openharmony',
  sunos: 'sunos',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  aix: 'aix',
};
const CHIPS = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const { packages } = lock;
let added = 0;
for (const [path, { optionalDependencies = {}, dev, name }] of Object.entries(packages)) {
  for (const [wanted, range] of Object.entries(optionalDependencies)) {
    if (name !== undefined || isThere(path, wanted)) continue;
    const platform = platformOf(wanted);
    if (platform === null || !/^\d+\.\d+\.\d+[\w.-]*$/.test(range)) continue;
    packages[`node_modules/${wanted}`] = { version: range, ...platform, ...(dev ? { dev } : {}), optional: true };
    added++;
  }
}
if (process.argv.includes('--check')) {
  if (added > 0) {
    process.stdout.write(
      `${added} packages for other platforms are missing: run \`node tools/complete-lockfile.mjs\`\n`,
    );
    process.exitCode = 1;
  }
} else {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${added} packages for other platforms put into the lockfile\n`);
}

/** As Node looks it up: beside the parent, then in each folder above. */
function isThere(path, wanted) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${at}${at === '' ? '' : '/'}node_modules/${wanted}`]) return true;
    if (at === '') return false;
  }
}

function platformOf(name) {
  const words = name.split(/[/-]/);
  const system = words.map((word) => SYSTEMS[word]).find(Boolean);
  const chip = words.map((word) => (word === 'arm64' ? 'arm64' : CHIPS.find((each) => word === each))).find(Boolean);
  if (!system || !chip) return null;
  const end = words.at(-1);
  const libc =
    system !== 'linux'
      ? {}
      : end.startsWith('musl')
        ? { libc: ['musl'] }
        : end.startsWith('gnu')
          ? { libc: ['glibc'] }
          : {};
  return { cpu: [chip], os: [system], ...libc };
}
