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
});

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
  const password = await addPerson(hub, 'chief', 'administrator');
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
});

test('windows of hours and what a rule mutes are chosen, told where they are wrong, saved and read again', async () => {
  await page.goto(`${hub.gateway}/rules/new`);
  const name = (role: 'button' | 'checkbox', of: string) => page.getByRole(role, { name: of, exact: true });
  const fault = (id: string, text: string) => page.locator(`#rule-${id}-fault`).getByText(text).waitFor();
  // The condition is tried before anything else is written; what is wrong with it is told at the limits.
  await page.locator('#rule-sector').selectOption('agriculture');
  await page.locator('#rule-condition-value').fill('last(agriculture.salinity, 2h)');
  const tried = name('button', 'Thử trên 30 ngày qua');
  await tried.click();
  await page.getByText('Chưa thử được: cần ít nhất một ngưỡng').waitFor();
  await fault('condition-above', 'cần ít nhất một ngưỡng');
  await fault('note-en', 'cần cả tiếng Việt và tiếng Anh');
  await page.locator('#rule-condition-above').fill('1.234');
  await fault('condition-above', 'đọc được hai cách: hãy viết 1234 hoặc 1,2340');
  await name('button', 'Lưu').click();
  await page.getByText('Chưa lưu: xem các chỗ báo lỗi.').waitFor();
  await page.locator('#rule-condition-above').fill('4,0');
  await tried.click();
  await page.getByText('Lẽ ra đã báo 2 lần trong 30 ngày qua.').waitFor();
  await page.locator('#rule-id').fill('own.salt-by-day');
  await page.locator('#rule-title-vi').fill('Mặn ban ngày');
  await page.locator('#rule-title-en').fill('Salt by day');
  await page.locator('#rule-note-vi').fill('Giả định');
  await page.locator('#rule-note-en').fill('Assumed');

  await page.locator('#rule-hours').selectOption('chosen');
  for (const day of ['T2', 'T3', 'T4', 'T5', 'T6']) await name('checkbox', day).uncheck();
  await page.locator('#rule-hours-to').fill('07:30');
  await fault('hours-days', 'hãy chọn ít nhất một ngày');
  await fault('hours-to', 'phải khác giờ bắt đầu');
  await name('checkbox', 'T7').check();
  await page.locator('#rule-hours-to').fill('11:30');
  await name('button', '+ Thêm khung giờ').press('Enter');
  const second = page.getByRole('group', { name: 'Khung giờ 2' });
  // The new row has the focus: its days are ticked by the keyboard.
  await page.keyboard.press('Space');
  expect(await second.getByRole('checkbox', { checked: true }).count()).toBe(4);
  await page.locator('#rule-hours-1-from').fill('22:00');
  await page.locator('#rule-hours-1-to').fill('22:00');
  await fault('hours-1-to', 'phải khác giờ bắt đầu');
  await page.locator('#rule-hours-1-to').fill('06:00');
  await name('button', '+ Thêm khung giờ').click();
  await name('button', 'Bỏ khung giờ 3').click();

  await name('button', '+ Thêm quy tắc bị tắt tiếng').press('Enter');
  await fault('inhibits-0-rules', 'hãy chọn từ 1 đến 100 quy tắc');
  const muted = page.locator('#rule-inhibits-0-rules');
  await muted.fill('quy tắc lạ');
  await page.keyboard.press('Enter');
  expect(await muted.evaluate((input: { validationMessage: string }) => input.validationMessage)).toContain('hãy chọn');
  await muted.fill('xam nhap man');
  await page.keyboard.press('Enter');
  await page.locator('#rule-inhibits-0-same').selectOption('source');
  await fault('inhibits-0-same', 'chỉ dùng được với điều kiện “Nguồn im lặng”');
  expect(await broken()).toEqual([]);
  await shot('rule-windows');
  await page.locator('#rule-inhibits-0-same').selectOption('unit');
  await page.getByText('Quy tắc hợp lệ.').waitFor();
  await name('button', 'Lưu').click();
  await page.getByText(/own\.salt-by-day · bật/).waitFor();

  const stored = async (): Promise<Record<string, unknown>> =>
    (await page.request.get(`${hub.gateway}/v1/rules/own.salt-by-day`)).json();
  const saved = await stored();
  expect(saved).toMatchObject({
    hours: [
      { days: [6], from: '07:30', to: '11:30' },
      { days: [2, 3, 4, 5], from: '22:00', to: '06:00' },
    ],
    inhibits: [{ rules: ['agriculture.salinity-intrusion'], same: 'unit' }],
    version: 1,
  });
  await page.reload();
  await page.getByRole('button', { name: /^Bỏ .*[Xx]âm nhập mặn/ }).waitFor();
  expect(await page.locator('#rule-hours-1-to').inputValue()).toBe('06:00');
  await Promise.all([page.waitForResponse(`${hub.gateway}/v1/rules/own.salt-by-day`), name('button', 'Lưu').click()]);
  expect(await stored()).toEqual({ ...saved, version: 2, updatedAt: expect.any(String) });

  // Itself, by the title that the list has for it now.
  await page.reload();
  await muted.fill('man ban ngay');
  await page.keyboard.press('Enter');
  await fault('inhibits-0-rules', 'quy tắc không được tắt tiếng chính nó');
  await name('button', 'Bỏ nhóm 1').click();
  await page.getByText('Không tắt tiếng quy tắc nào.').waitFor();
  await page.locator('#rule-hours').selectOption('');
  await page.getByText('Quy tắc hợp lệ.').waitFor();
});

test('an operator tries and saves a rule, and finds no button that takes one away', async () => {
  const password = await addPerson(hub, 'binh', 'operator');
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
  await page.getByText('Chỉ quản trị viên quyết định').waitFor();
  expect(await page.getByRole('button', { name: /tắt tiếng/ }).count()).toBe(0);
  await page.locator('#rule-validTo').fill('2020-01-01');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.locator('#rule-validTo-fault').getByText('chỉ quản trị viên').waitFor();
  await page.locator('#rule-validTo').fill('');
  expect(await page.getByRole('button', { name: /^(Tắt quy tắc|Bật quy tắc|Trả về như gói)$/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.getByText(/đã sửa.*\(binh\)/).waitFor();
});

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
});
