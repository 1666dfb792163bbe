/**
 * `npm run generate` writes the files under docs/generated; `--check` compares instead and exits 1 when one is stale.
 * They are made from the code, so that they cannot say anything else than it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeSettings } from '#libs/platform';
import { Catalogue, type PackSettingDoc } from '#libs/sector-kit';
import { describePackSettings, loadCatalogue } from '#libs/sectors';

function settings(): string {
  const rows = describeSettings().map(({ name, text, secret, default: preset }) => {
    const value = preset === '' ? '' : `\`${preset}\``;
    return `| \`${name}\` | ${value} | ${text}${secret ? ' **Secret.**' : ''} |`;
  });
  return ['# Settings', '', '| variable | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

function packs(catalogue: Catalogue, settings: Map<string, (PackSettingDoc & { preset: unknown })[]>): string {
  const lines = ['# Sector packs', ''];
  for (const pack of catalogue.packs) {
    lines.push(`## ${pack.title.vi} / ${pack.title.en} (\`${pack.id}\`)`, '');
    lines.push('| event type | |', '|---|---|');
    for (const { type, title } of pack.events) lines.push(`| \`${type}\` | ${title.vi} / ${title.en} |`);
    lines.push('', '| metric | kind | dimensions | |', '|---|---|---|---|');
    for (const { code, kind, dims, title } of pack.metrics) {
      lines.push(`| \`${code}\` | ${kind} | ${dims.join(', ')} | ${title.vi} / ${title.en} |`);
    }
    lines.push('', '| indicator | | how it is made |', '|---|---|---|');
    for (const { code, title, note } of pack.indicators) {
      lines.push(`| \`${code}\` | ${title.vi} / ${title.en} | ${note.vi} / ${note.en} |`);
    }
    lines.push('');
    const own = settings.get(pack.id) ?? [];
    if (own.length > 0) lines.push('| setting | default | meaning | source |', '|---|---|---|---|');
    for (const { name, preset, text, assumed, source } of own) {
      lines.push(
        `| \`${name}\` | \`${JSON.stringify(preset)}\` | ${text} | ${source ?? ''}${assumed ? ' assumed' : ''} |`,
      );
    }
    if (own.length > 0) lines.push('');
  }
  return lines.join('\n');
}

const FILES: Record<string, string> = {
  'docs/generated/settings.md': settings(),
  'docs/generated/packs.md': packs(await loadCatalogue(), await describePackSettings()),
};

for (const [path, wanted] of Object.entries(FILES)) {
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, wanted);
  } else if (read(path) !== wanted) {
    process.stdout.write(`${path} is stale: run \`npm run generate\`\n`);
    process.exitCode = 1;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
