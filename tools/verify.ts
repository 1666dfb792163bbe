/**
 * `npm run verify`: proves over the whole database that accounts add up, that every event counts once, and that every
 * bucket and projection equals a recomputation from raw events. Prints the counts; exits 1 when anything is wrong.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipelinePool, verify } from '#libs/persistence';
import { readSettings } from '#libs/platform';
import { loadCatalogue } from '#libs/sectors';

const settings = readSettings();

function databaseUrl(): string {
  if (settings.DATABASE_URL) return settings.DATABASE_URL;
  const run = join(settings.HUB_DATA, 'run.json');
  if (existsSync(run)) {
    const { databaseUrl } = JSON.parse(readFileSync(run, 'utf8')) as { databaseUrl?: string };
    if (databaseUrl) return databaseUrl;
  }
  process.stderr.write(
    'Không thấy cơ sở dữ liệu. Chạy `npm start` trước, hoặc đặt DATABASE_URL.\nNo database: run `npm start` first, or set DATABASE_URL.\n',
  );
  process.exit(2);
}

const pool = pipelinePool(databaseUrl(), 'ioc-verify', 2);
pool.options.query_timeout = 0;
try {
  const report = await verify(pool, await loadCatalogue(settings.SECTORS_FILE), {
    rawDays: settings.RAW_DAYS,
    minuteDays: settings.MINUTE_DAYS,
    now: Date.now(),
    onProgress: (what) => process.stderr.write(`checking ${what} …\n`),
  });
  process.stdout.write('source                          day          sent     stored  duplicates  rejected\n');
  for (const row of report.sources) {
    const numbers = [row.sent, row.stored, row.duplicates, row.rejected].map((n) => String(n).padStart(10)).join(' ');
    process.stdout.write(`${row.source.padEnd(31)} ${row.day} ${numbers}\n`);
  }
  process.stdout.write(`${report.events} events, ${report.buckets} buckets, ${report.things} projections recomputed\n`);
  const { events: uncounted, first } = report.uncounted;
  if (uncounted > 0)
    process.stdout.write(
      `${uncounted} events kept cannot be counted by the rules of now and add nothing: ${first.join(', ')}${uncounted > first.length ? ', …' : ''}\n`,
    );
  for (const { invariant, what } of report.findings) process.stdout.write(`WRONG (invariant ${invariant}): ${what}\n`);
  if (report.findingsTotal > report.findings.length)
    process.stdout.write(`… and ${report.findingsTotal - report.findings.length} more\n`);
  process.stdout.write(
    report.findingsTotal === 0
      ? 'Invariants 1–3 and 5 hold.\n'
      : `${report.findingsTotal} findings: the numbers are NOT right.\n`,
  );
  process.exitCode = report.findingsTotal === 0 ? 0 : 1;
} finally {
  await pool.end();
}
