import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin, type Rollup } from 'vite';

/** Files of the public folder that the page needs without a network. */
const ALWAYS = ['/manifest.webmanifest', '/icon.svg', '/icons/icon-192.png', '/icons/badge-96.png'];

/**
 * Builds the service worker as a file of its own, `/sw.js`, after the pages: one script without imports, so that every
 * browser runs it. It is told which files `page` needs, and a name for them that changes with their content.
 */
export function serviceWorker({ entry, page }: { entry: string; page: string }): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) throw new Error('the pages are built into a folder');
      const files = [...filesOf(page, bundle)].map((name) => `/${name}`).sort();
      const hash = createHash('sha256').update(readFileSync(join(dir, page)));
      for (const name of files) hash.update(name);
      await build({
        configFile: false,
        publicDir: false,
        logLevel: 'warn',
        define: {
          __SHELL__: JSON.stringify([...ALWAYS, ...files]),
          __VERSION__: JSON.stringify(hash.digest('hex').slice(0, 16)),
        },
        build: {
          outDir: dir,
          emptyOutDir: false,
          target: 'es2022',
          rollupOptions: { input: entry, output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      });
    },
  };
}

/** Scripts, styles and fonts that a page needs, over everything it imports. */
function filesOf(page: string, bundle: Rollup.OutputBundle): Set<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const output = bundle[name];
    if (!output || found.has(name)) return;
    found.add(name);
    if (output.type !== 'chunk') return;
    const meta = output.viteMetadata;
    for (const each of [...(meta?.importedCss ?? []), ...(meta?.importedAssets ?? [])]) found.add(each);
    for (const each of [...output.imports, ...output.dynamicImports]) add(each);
  };
  for (const output of Object.values(bundle)) {
    if (output.type === 'chunk' && output.isEntry && output.facadeModuleId?.endsWith(`/${page}`)) add(output.fileName);
  }
  for (const output of Object.values(bundle)) {
    const fonts = output.type === 'asset' && output.fileName.endsWith('.woff2');
    if (fonts) found.add(output.fileName);
  }
  return found;
}
