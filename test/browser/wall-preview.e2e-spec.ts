import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { startPreview } from './preview-server.js';
import type { Preview } from './preview-server.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };
/** The pages as `npm test` has just built them. */
const dist = join(process.cwd(), 'dist', 'web');
const outside: string[] = [];
let browser: Browser;
let preview: Preview;
let page: Page;

beforeAll(async () => {
  preview = await startPreview({ dist });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
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
});

afterAll(async () => {
  await browser.close();
  await preview.close();
});

afterEach(() => page.context().close());

async function open(path: string, width = 1920, height = 1080): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  page.on('request', (request) => {
    if (new URL(request.url()).host !== `127.0.0.1:${preview.port}`) outside.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${preview.port}${path}`);
  return page;
}

const wall = async (path: string, width?: number, height?: number) => {
  await open(path, width, height);
  await page.waitForSelector('.tile-number .value:not(:empty)');
  return page;
};

/** Runs in the page: what reaches over its tile or the screen. Text, because the types here are those of Node. */
const CUT = `(() => {
  const page = document.documentElement;
  const scrolls = page.scrollWidth > innerWidth || page.scrollHeight > innerHeight;
  const outer = [...document.querySelectorAll('.tile, .tile .body, .value')].filter((element) => {
    // What is said elsewhere is not drawn here.
    if (element.closest('[hidden]')) return false;
    const frame = element.closest('.tile').getBoundingClientRect();
    const box = element.getBoundingClientRect();
    return (
      box.width === 0 ||
      box.right > Math.min(innerWidth, frame.right) + 1 ||
      box.bottom > Math.min(innerHeight, frame.bottom) + 1
    );
  });
  return [...(scrolls ? ['page'] : []), ...outer.map((e) => e.className + ' of ' + e.closest('.tile').dataset.tile)];
})()`;
const SIZE = `({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight })`;
/** Asked from outside: what a page evaluates by itself later (`waitForFunction`) its Content-Security-Policy refuses. */
async function holds(expression: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if (await page.evaluate<boolean>(expression)) return;
    await page.waitForTimeout(50);
  }
  throw new Error(`never held: ${expression}`);
}
const received = (text: string) =>
  holds(`document.querySelector('[data-tile=received] .value').textContent === '${text}'`);

/** Names of the violations that keep somebody out. */
async function violations(): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes[0]?.html ?? ''}`);
}

describe('a wall', () => {
  test.each([
    [1366, 768],
    [1920, 1080],
    [3840, 2160],
    [7680, 2160],
    [1080, 1920],
  ])('fills %i×%i: nothing scrolls, every tile and number is whole', async (width, height) => {
    await wall('/wall/overview', width, height);
    for (const board of ['overview', 'many', 'country', 'dense']) {
      if (board !== 'overview') await page.goto(`http://127.0.0.1:${preview.port}/wall/${board}`);
      await page.waitForSelector('.tile-number .value:not(:empty)');
      expect([board, await page.evaluate<string[]>(CUT)]).toEqual([board, []]);
    }
  });

  test('of many numbers what is not normal is first and large; those without data are named together', async () => {
    await wall('/wall/many', 1920, 1080);
    const large = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.tile-number:not(.compact):not([hidden])')]
        .sort((a, b) => a.offsetLeft - b.offsetLeft).map((tile) => tile.dataset.level)`,
    );
    expect(large).toEqual(['critical', 'serious', 'attention', 'ok']);
    await page.getByRole('heading', { name: 'Chưa có dữ liệu (3)' }).waitFor();
    await page.getByText('Học sinh đi học hôm nay · Cảnh báo an toàn chưa phân loại', { exact: false }).waitFor();
  });

  test('a figure that people entered says so, by icon and word in both languages', async () => {
    await wall('/wall/overview');
    const mark = page.locator('[data-tile=dengue] .mark').filter({ hasText: 'nhập tay' });
    await mark.locator('svg').waitFor();
    expect(await page.locator('[data-tile=received] .mark', { hasText: 'nhập tay' }).count()).toBe(0);
    await page.goto(`http://127.0.0.1:${preview.port}/wall/overview?lang=en`);
    await page.locator('[data-tile=dengue] .mark', { hasText: 'entered by hand' }).waitFor();
  });

  test('scrolls down only on a phone', async () => {
    await wall('/wall/overview', 390, 844);
    const size = await page.evaluate<{ width: number; height: number }>(SIZE);
    expect(size.width).toBe(390);
    expect(size.height).toBeGreaterThan(844);
  });

  test('a change reaches its number without a new page', async () => {
    await wall('/wall/overview');
    const before = await page.locator('[data-tile=received] .value').innerText();
    preview.step();
    const [thousands = '', rest = ''] = before.split('.');
    await received(`${thousands}.${String(Number(rest) + 1).padStart(3, '0')}`);
  });

  test('says that it is stale when the server goes, and takes it back when it returns', async () => {
    await wall('/wall/overview');
    const { port } = preview;
    await preview.close();
    await page.waitForSelector('.band:not([hidden])');
    expect(await page.locator('.band').innerText()).toMatch(
      /^Mất kết nối từ \d\d:\d\d:\d\d — đang hiển thị số liệu cũ$/,
    );
    await holds(`Number(getComputedStyle(document.querySelector('.tile .body')).opacity) < 0.6`);
    preview = await startPreview({ dist, port });
    await page.waitForSelector('.band', { state: 'hidden' });
    preview.step();
    await received('12.346');
  });

  test('says so while the server itself is behind', async () => {
    await wall('/wall/overview');
    preview.fresh(false);
    await page.waitForSelector('.band:not([hidden])');
    expect(await page.locator('.band').innerText()).toMatch(/^Số liệu có thể chậm từ \d\d:\d\d:\d\d/);
    preview.fresh(true);
    await page.waitForSelector('.band', { state: 'hidden' });
  });

  test('a withdrawn screen shows a sentence and no number', async () => {
    await wall('/wall/overview');
    preview.revoke();
    await page.waitForSelector('.card');
    expect(await page.locator('.card').innerText()).toContain('đã bị thu hồi');
    expect(await page.locator('.value').first().isVisible()).toBe(false);
  });

  test('takes its token out of the address', async () => {
    await wall('/wall/overview#token=wall_secret');
    expect(page.url()).not.toContain('wall_secret');
    expect(await page.evaluate<string>(`localStorage.getItem('wall-token')`)).toBe('wall_secret');
  });

  test.each(['dark', 'light'])('has no serious obstacle in the %s theme', async (theme) => {
    await wall(`/wall/overview?theme=${theme}`);
    expect(await violations()).toEqual([]);
    await page.goto(`http://127.0.0.1:${preview.port}/wall/country?theme=${theme}&lang=en`);
    await page.waitForSelector('.tile-table td');
    expect(await violations()).toEqual([]);
  });
});

describe('the desk pages', () => {
  test('sign in by keyboard, choose a board, administer; no serious obstacle on the way', async () => {
    await open('/');
    await page.waitForSelector('input[name=login]');
    expect(await violations()).toEqual([]);
    await page.keyboard.type('admin');
    await page.keyboard.press('Tab');
    await page.keyboard.type('secret');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.boards a');
    expect(await page.locator('.boards a').count()).toBe(4);
    expect(await violations()).toEqual([]);
    await page.goto(`http://127.0.0.1:${preview.port}/admin`);
    await page.waitForSelector('.links li');
    expect(await violations()).toEqual([]);
    await page.fill('input[name=name]', 'Phòng họp');
    await page.keyboard.press('Enter');
    const shown = page.locator('.made input');
    await shown.waitFor();
    expect(await shown.inputValue()).toBe(`http://127.0.0.1:${preview.port}/wall/overview#token=wall_preview`);
  });
});

test('nothing was asked of any other host', async () => {
  await wall('/wall/overview');
  expect(outside).toEqual([]);
});
