/** `npm run settings`: every setting with its default and what it is for. With `--markdown` as a table for the docs. */
import { describeSettings } from '#libs/platform';

const markdown = process.argv.includes('--markdown');
if (markdown) process.stdout.write('| setting | default | meaning |\n|---|---|---|\n');
for (const { name, text, secret, default: preset } of describeSettings()) {
  const meaning = `${text}${secret ? ' (secret)' : ''}`;
  process.stdout.write(
    markdown
      ? `| \`${name}\` | ${preset === '' ? '' : `\`${preset}\``} | ${meaning} |\n`
      : `${name}${preset === '' ? '' : ` = ${preset}`}\n    ${meaning}\n`,
  );
}
