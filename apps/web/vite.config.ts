import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { serviceWorker } from './service-worker-plugin.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** A bundle for walls and desks and a small one for the phone; the gateway serves them and answers unknown paths with a page. */
export default defineConfig({
  root: here('.'),
  base: '/',
  publicDir: here('./public'),
  resolve: { alias: { '#libs/contracts': here('../../libs/contracts/index.ts') } },
  plugins: [serviceWorker({ entry: here('./src/phone/worker/sw.ts'), page: 'm.html' })],
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Fonts stay files: the content security policy allows no data: fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
    rollupOptions: { input: { index: here('./index.html'), m: here('./m.html') } },
  },
});
