/** `npm run scenario -- <name> [--minutes n]`: plays a drill on a running hub; without a name it lists them. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '#libs/platform';
import { loadCatalogue } from '#libs/sectors';
import { PlayingFiles, readDemoKeys } from './demo-files.js';
import { doorOfRunning } from './door.js';
import { play, scenariosOf } from './play.js';
import { Senders } from './senders.js';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } });
  const scenarios = scenariosOf(await loadCatalogue(readSettings().SECTORS_FILE));
  const [name] = positionals;
  const scenario = name === undefined ? undefined : scenarios.get(name);
  if (!scenario) {
    if (name !== undefined) say(`There is no scenario "${name}". There are:`);
    for (const { name: each, title, seconds } of scenarios.values()) {
      say(`  ${each.padEnd(18)} ${title.vi} / ${title.en} (${Math.round(seconds / 60)} min)`);
    }
    say('Play one with: npm run scenario -- <name> [--minutes n]');
    return name === undefined ? 0 : 2;
  }
  const minutes = values.minutes === undefined ? scenario.seconds / 60 : Number(values.minutes);
  if (!(minutes > 0 && minutes <= 24 * 60)) {
    say('--minutes must be a number over 0 and at most 1440.');
    return 2;
  }
  return run(scenario.name, minutes);

  async function run(played: string, length: number): Promise<number> {
    if (!scenario) return 2;
    const settings = readSettings();
    const outbox = join(settings.HUB_DATA, 'simulator', 'scenario-outbox', played);
    const senders = new Senders({
      url: doorOfRunning(settings),
      keys: readDemoKeys(settings.HUB_DATA),
      outbox,
      log: { warn: (about, text) => say(`${text}: ${JSON.stringify(about)}`) },
    });
    const stopping = new AbortController();
    process.once('SIGINT', () => stopping.abort());
    process.once('SIGTERM', () => stopping.abort());
    say(`${scenario.title.vi} / ${scenario.title.en}: ${length} min. Ctrl-C ends it early.`);
    const count = await play({
      scenario,
      length: length * 60_000,
      senders,
      playing: new PlayingFiles(settings.HUB_DATA),
      signal: stopping.signal,
    });
    await senders.close();
    rmSync(outbox, { recursive: true, force: true });
    say(`${count} events were delivered.`);
    return 0;
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? error.message : 'The scenario failed.');
    process.exit(1);
  },
);
