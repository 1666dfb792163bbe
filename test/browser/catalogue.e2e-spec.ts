import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { awayFromMidnight } from '../support/midnight.js';
import { modelEvents } from '../fuzz/junk.js';
import { wallLink } from '../support/screen.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };

/** Requests of today by the median of 14 days. */
const FOLDED = '/indicators/agriculture.flight-ratio';

let hub: TestHub;
let context: BrowserContext;
let token: string;

beforeAll(async () => {
  await awayFromMidnight();
  hub = await testHub({ backend: 'postgres' });
  const key = await hub.addSource('model', { simulated: true });
  const now = new Date().toISOString();
  const events = (await modelEvents()).map((event) => ({ ...event, time: now }));
  const dossier = {
    TrangThaiHoSo: '4',
    NgayTiepNhan: now,
    MaDonViTiepNhan: 'H13.31135',
  };
  const type = 'vn.ioc.dossiers.dossier.synchronised.v1';
  for (const unit of ['31135', '92'])
    events.push({
      ...events.find((event) => event.type === type)!,
      ...{ id: `received-${unit}`, unit, data: { ...dossier, MaHoSo: `H13.31135-261122-${unit.padStart(5, '0')}` } },
    });
  expect((await hub.post(key, events)).status).toBe(202);
  await hub.stored(events.length);
  ({ token } = await wallLink(hub));
  context = await openBrowser({ width: 1366, height: 768 });
});

afterAll(async () => {
  await context?.close();
  await hub?.close();
});

/** Ids of the rules that axe finds broken. */
const broken = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id);

test('a number is found by its words without marks, and explained down to the series behind it', async () => {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${hub.gateway}/catalogue#token=${token}`);
  const rows = page.locator('section:first-of-type tbody tr');
  await rows.first().waitFor();
  const all = await rows.count();
  expect(all).toBeGreaterThan(10);
  expect(await broken(page)).toEqual([]);
  // Why a number is serious, whose each metric is, and what each source promises.
  await page.getByText('Nghiêm trọng từ 4 ‰').first().waitFor();
  const heads = async (n: number): Promise<string[]> =>
    page.locator(`section:nth-of-type(${n}) th[scope=col]`).allInnerTexts();
  expect(await heads(2)).toEqual(expect.arrayContaining(['Cơ quan chịu trách nhiệm', 'Nguồn cam kết gửi']));
  expect(await heads(3)).toEqual(expect.arrayContaining(['Cơ quan chịu trách nhiệm', 'Cam kết gửi']));

  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Catalogue of indicators and data' }).waitFor();
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
  await page.getByRole('heading', { name: 'Danh mục chỉ tiêu và dữ liệu' }).waitFor();

  await page.getByRole('searchbox').fill('tiep nhan hom nay');
  expect(await rows.count()).toBe(1);
  expect(page.url()).toContain('?q=tiep%20nhan%20hom%20nay');
  await rows.getByRole('link').click();
  await page.getByRole('heading', { name: 'Tiếp nhận hôm nay' }).waitFor();
  const main = page.locator('main');
  await main.getByText('sum(dossiers.received, today)').first().waitFor();
  await main.getByText(/^\d+ dãy số$/).click();
  await main.locator('details[open] li').first().waitFor();
  await main.getByText('mô phỏng').first().waitFor();
  await main.getByRole('link', { name: 'Cơ quan', exact: true }).click();
  await main.getByRole('row').getByRole('link').first().click();
  await page.getByRole('heading', { name: /^Tiếp nhận hôm nay: ./ }).waitFor();
  expect(page.url()).toMatch(/by=agency&key=H/);
  await main.getByRole('link', { name: 'Đơn vị hành chính', exact: true }).click();
  await main.getByText('không cộng các dòng với nhau').waitFor();
  await main.getByRole('link', { name: 'Thành phố Cần Thơ (toàn bộ)', exact: true }).click();
  await page.getByRole('heading', { name: 'Tiếp nhận hôm nay: Thành phố Cần Thơ' }).waitFor();
  expect(await broken(page)).toEqual([]);
  expect(errors).toEqual([]);
});

test('both pages fit a phone: nothing wider than the screen but tables that scroll', async () => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 390, height: 844 });
  const paths = ['/catalogue', '/indicators/dossiers.on-time-month', '/indicators/dossiers.score?by=agency', FOLDED];
  for (const path of paths) {
    await page.goto(`${hub.gateway}${path}`);
    await page.locator('.panel h2').first().waitFor();
    // A mean of earlier periods shows each with its name; all unfolded, it must fit as well.
    if (path === FOLDED) {
      await page.getByText('14 kỳ').first().click();
      expect(await page.locator('.explained details[open] li span').first().textContent()).toMatch(
        /^\d\d\/\d\d\/\d{4}$/,
      );
    }
    expect(
      await page.evaluate(
        () =>
          (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }).document.documentElement
            .scrollWidth,
      ),
    ).toBeLessThanOrEqual(390);
  }
});
