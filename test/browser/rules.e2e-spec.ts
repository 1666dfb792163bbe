import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { addPerson } from '../support/people.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };

let hub: TestHub;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres' });
  context = await openBrowser({ width: 1366, height: 900 });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => void dialog.accept());
  const key = await hub.addSource('stations', { types: ['vn.ioc.agriculture.*'] });
  const salty = (hours: number, salinity: number) => ({
    specversion: '1.0',
    id: `salt-${hours}`,
    source: 'stations',
    type: 'vn.ioc.agriculture.salinity.measured.v1',
    time: new Date(Date.now() - hours * 3_600_000).toISOString(),
    unit: '31645',
    data: { station: 'dai-ngai', salinity },
  });
  const events = [salty(50, 5), salty(49, 6.2), salty(48, 2), salty(20, 4.4), salty(19, 4.5), salty(18, 1)];
  expect((await hub.post(key, events)).status).toBe(202);
  await hub.stored(events.length);
}, 120_000);

afterAll(async () => {
  await context?.close();
  await hub?.close();
});

const broken = async (): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
const shot = async (name: string): Promise<void> => {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};

test('an administrator finds a rule, sees a fault at its place, tries the rule on the past and saves it', async () => {
  const password = await addPerson(hub, process.cwd(), 'chief', 'administrator');
  await page.goto(hub.gateway);
  await page.locator('input[name=login]').fill('chief');
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Quy tắc' }).click();
  const rows = page.locator('tbody tr');
  await rows.first().waitFor();
  expect(await broken()).toEqual([]);
  await shot('rules');
  await page.getByRole('searchbox').fill('xam nhap man');
  expect(await rows.count()).toBe(1);
  await rows.getByRole('link').click();

  const formula = page.locator('#rule-condition-value');
  await formula.waitFor();
  expect(await broken()).toEqual([]);
  await formula.focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' / 0');
  await page.locator('#rule-condition-value-fault mark').waitFor();
  expect(await page.locator('#rule-condition-value-fault').textContent()).toContain('chia cho 0');
  await shot('rule-fault');
  await formula.fill('last(agriculture.salinity, 2h)');
  await page.getByText('Quy tắc hợp lệ.').waitFor();

  await page.locator('#rule-for').fill('0');
  await page.getByRole('button', { name: /^Thử trên 30 ngày/ }).click();
  await page.getByText('Lẽ ra đã báo 2 lần trong 30 ngày qua.').waitFor();
  expect(await page.locator('.firings-drawn .firing').count()).toBe(2);
  expect(await broken()).toEqual([]);
  await shot('rule-preview');

  await page.locator('#rule-condition-above').fill('4,5');
  await page.locator('#rule-units').fill('soc trang');
  await page.locator('.suggestions li').first().click();
  const chosen = page.getByRole('button', { name: /^Bỏ .*Sóc Trăng/ });
  await chosen.waitFor();
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByText(/bật, đã sửa/).waitFor();
  await page.reload();
  await chosen.waitFor();
  await page.getByRole('button', { name: 'Trả về như gói' }).click();
  await page.getByText(/· bật ·/).waitFor();
  await page.getByRole('button', { name: 'Tắt quy tắc' }).click();
  await page.getByText(/· tắt ·/).waitFor();
}, 120_000);

test('an operator tries and saves a rule, and finds no button that takes one away', async () => {
  const password = await addPerson(hub, process.cwd(), 'binh', 'operator');
  await context.clearCookies();
  await page.goto(hub.gateway);
  await page.locator('input[name=login]').fill('binh');
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Quy tắc' }).waitFor();
  await page.goto(`${hub.gateway}/rules/agriculture.salinity-intrusion`);
  await page.locator('#rule-for').fill('0');
  await page.getByRole('button', { name: /^Thử trên 30 ngày/ }).click();
  await page.getByText('Lẽ ra đã báo').waitFor();
  expect(await page.getByRole('button', { name: /^(Tắt quy tắc|Bật quy tắc|Trả về như gói)$/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByText(/đã sửa.*\(binh\)/).waitFor();
}, 60_000);

test('the pages fit a phone, and read in English', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${hub.gateway}/rules/new`);
  await page.locator('#rule-condition-value').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'New rule' }).waitFor();
  const wider = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(await wider()).toBeLessThanOrEqual(0);
  expect(await broken()).toEqual([]);
  await shot('rule-new-phone');
  await page.goto(`${hub.gateway}/rules`);
  await page.locator('tbody tr').first().waitFor();
  expect(await wider()).toBeLessThanOrEqual(0);
  await shot('rules-phone');
  expect(errors).toEqual([]);
}, 60_000);
