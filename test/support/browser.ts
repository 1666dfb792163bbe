import { existsSync } from 'node:fs';
import { chromium, type BrowserContext } from 'playwright-core';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** A real browser with a fresh profile: `CHROMIUM_PATH`, or the system's Chromium. */
export async function openBrowser(viewport = { width: 1920, height: 1080 }): Promise<BrowserContext> {
  const executablePath = process.env.CHROMIUM_PATH ?? PLACES.find((path) => existsSync(path));
  if (!executablePath) throw new Error('No Chromium: `apt-get install chromium`, or set CHROMIUM_PATH to a browser.');
  // Without a name, Playwright makes the profile and takes it away.
  const context = await chromium.launchPersistentContext('', {
    executablePath,
    viewport,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  // Playwright's own 30 s are little on a machine that is busy with other tests.
  context.setDefaultTimeout(60_000);
  context.setDefaultNavigationTimeout(60_000);
  return context;
}
