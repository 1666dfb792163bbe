/**
 * The job `migrate` of the server profile: schema, reference units, first administrator (its password is printed once).
 * Doing it again changes nothing. Ends with exit code 1 and one sentence when it cannot.
 */
import { readSettings } from '#libs/platform';
import { prepareDatabase } from './prepare.js';

try {
  const { DATABASE_URL, HUB_SECRET } = readSettings();
  if (DATABASE_URL === undefined)
    throw new Error('DATABASE_URL is unset: this job prepares the database that it names.');
  const administrator = await prepareDatabase(DATABASE_URL, HUB_SECRET);
  process.stdout.write('The database is at the newest schema.\n');
  if (administrator) {
    process.stdout.write(
      `Đăng nhập lần đầu / first login (chỉ hiện một lần / shown once): ${administrator.login}  ${administrator.password}\n`,
    );
  }
} catch (error) {
  process.stderr.write(`✖ ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
