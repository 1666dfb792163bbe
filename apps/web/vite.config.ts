import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One bundle for every page; the gateway serves it and answers unknown paths with index.html. */
export default defineConfig({
  root: here('.'),
  base: '/',
  publicDir: here('./public'),
  resolve: { alias: { '#libs/contracts': here('../../libs/contracts/index.ts') } },
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Fonts stay files: the content security policy allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
  },
});
