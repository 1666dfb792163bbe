/** `npm run hub -- rules test`: runs files of rule tests, of all packs or those given, and tells what came of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnitTree } from '#libs/access';
import { readRuleTests, RuleTestError, type RuleTestResult, told } from '#libs/alerting';
import type { Rule } from '#libs/contracts';
import { rehearse, type RehearsalWorld } from '#libs/live';
import { referenceUnits } from '#libs/persistence';
import { readSettings } from '#libs/platform';
import type { Catalogue } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';

const SECTORS = join(dirname(fileURLToPath(import.meta.url)), '..', 'libs', 'sectors');
export const TEST_FILE = 'rules.test.yaml';

/** The packs' own files, by the folder of the pack. */
export function packTestFiles(): string[] {
  return readdirSync(SECTORS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(SECTORS, name, TEST_FILE))
    .filter((file) => existsSync(file))
    .sort();
}

/** Units of the reference lists, rules of the packs. */
export function worldOf(catalogue: Catalogue, rules: readonly Rule[] = catalogue.allRules()): RehearsalWorld {
  const units = new UnitTree(
    referenceUnits().map(({ predecessors, ...unit }) => ({
      ...unit,
      predecessors: predecessors.map(({ predecessor }) => predecessor),
    })),
  );
  return {
    catalogue,
    rules,
    units: {
      within: (code, ancestor) => units.within(code, ancestor),
      today: (code) => units.today(code),
      find: (code) => units.get(code),
    },
  };
}

/** The rules in use, or why they cannot be read. */
export type RulesInUse = (catalogue: Catalogue) => Promise<{ rules: readonly Rule[] } | { why: string }>;

const NO_DATABASE: RulesInUse = async () => ({ why: 'không hỏi cơ sở dữ liệu / no database asked' });

/**
 * Runs files, tells of each case, and resolves to whether all came as expected. Files that are given are run against the
 * rules in use, where these can be read; the packs' own files always against the rules of the packs, which they prove.
 */
export async function testRules(
  files: readonly string[],
  say: (text: string) => void = (text) => void process.stdout.write(`${text}\n`),
  inUse: RulesInUse = NO_DATABASE,
): Promise<boolean> {
  const catalogue = await loadCatalogue(readSettings().SECTORS_FILE);
  const found = files.length > 0 ? await inUse(catalogue) : null;
  const used = found && 'rules' in found ? found.rules : null;
  if (used) say('Quy tắc đang dùng, từ cơ sở dữ liệu / rules in use, from the database');
  else say(`Quy tắc của các gói / rules of the packs${found && 'why' in found ? ` (${found.why})` : ''}`);
  const world = worldOf(catalogue, used ?? catalogue.allRules());
  let cases = 0;
  let failed = 0;
  for (const file of files.length > 0 ? files : packTestFiles()) {
    const name = relative(process.cwd(), file).replace(/^dist\//, '');
    try {
      for (const test of readRuleTests(readFileSync(file, 'utf8'))) {
        cases++;
        const result = await rehearse(test, world);
        if (result.failures.length > 0) failed++;
        tell(name, result, say);
      }
    } catch (error) {
      const known = error instanceof RuleTestError || (error instanceof Error && 'code' in error);
      if (!known) throw error;
      failed++;
      const line = error instanceof RuleTestError ? `:${error.line}` : '';
      say(`✗ ${name}${line}: không đọc được / cannot be read: ${error.message}`);
    }
  }
  say(`${cases} trường hợp / cases, ${failed} không đạt / failed`);
  return failed === 0;
}

function tell(name: string, { title, line, alerts, failures }: RuleTestResult, say: (text: string) => void): void {
  say(`${failures.length === 0 ? '✓' : '✗'} ${name}:${line} ${title}`);
  if (failures.length === 0) return;
  for (const { line: at, vi, en } of failures) say(`    ${name}:${at}\n      ${vi}\n      ${en}`);
  say('    đã có / what came:');
  if (alerts.length === 0) say('      không có cảnh báo / no alert');
  for (const alert of alerts) say(`      ${told(alert, 'vi')}`);
}
