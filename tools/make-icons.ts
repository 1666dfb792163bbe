/**
 * Draws the icons of the leader's page from `apps/web/public/icon.svg`: `node dist/tools/make-icons.js` after a change of it.
 * The pictures are kept in the repository, so that an installation needs no browser.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openBrowser } from '../test/support/browser.js';

const folder = 'apps/web/public';
const svg = readFileSync(`${folder}/icon.svg`, 'utf8');
/** A launcher cuts a maskable icon to its own shape: ground to the edges, the drawing within the middle 80 %. */
const ground = svg.replace(' rx="7"', '').replace('<path', '<g transform="translate(4.8 4.8) scale(0.7)"><path');
const maskable = ground.replace('</svg>', '</g></svg>');
/** A badge is a mask: only its opaque part is seen. */
const badge = svg.replace(/<rect[^>]*>/, '').replace('#7fb6f2', '#ffffff');
const ICONS: [name: string, size: number, drawing: string][] = [
  ['icon-192', 192, svg],
  ['icon-512', 512, svg],
  ['maskable-512', 512, maskable],
  ['apple-180', 180, ground.replace('</svg>', '</g></svg>')],
  ['badge-96', 96, badge],
];

const browser = await openBrowser({ width: 512, height: 512 });
const page = await browser.newPage();
for (const [name, size, drawing] of ICONS) {
  await page.setViewportSize({ width: size, height: size });
  const sized = drawing.replace('<svg ', `<svg width="${size}" height="${size}" style="display:block" `);
  await page.setContent(`<body style="margin:0">${sized}</body>`);
  writeFileSync(`${folder}/icons/${name}.png`, await page.screenshot({ omitBackground: true }));
}
await browser.close();
