import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { packRoot } from '../support/pack-root.js';
import { addPerson } from '../support/people.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };

let installed: ReturnType<typeof packRoot>;
let hub: TestHub;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  installed = packRoot('museums');
  hub = await testHub({ backend: 'postgres', root: installed.root });
  context = await openBrowser({ width: 1366, height: 768 });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => void dialog.accept('thiếu số văn bản'));
});

afterAll(async () => {
  await context?.close();
  await hub?.close();
  installed?.remove();
});

async function signIn(login: string, role: string): Promise<void> {
  const password = await addPerson(hub, login, role);
  await context.clearCookies();
  await page.goto(hub.gateway);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Nhập số liệu' }).click();
  await page.getByRole('heading', { name: 'Số liệu mới' }).waitFor();
}

const broken = async (): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
const press = async (name: string): Promise<void> =>
  page
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .first()
    .click();

test('a figure goes from a form over two people to the page that explains it', async () => {
  await signIn('writer', 'operator');
  expect(await broken()).toEqual([]);
  const metric = page.locator('#field-metric');
  await metric.selectOption('museums.visits');
  const unit = page.getByRole('combobox', { name: 'Đơn vị hành chính' });
  const save = () => press('Lưu bản nháp');
  await unit.fill('00');
  await page.locator('input[name=dim-kind]').fill('paid');
  await page.locator('input[name=period]').fill('2026-10-05');
  // Vietnamese grouping or a decimal: the page asks, and sends nothing.
  await page.locator('input[name=value]').fill('1.234');
  await page.keyboard.press('Enter');
  await page.locator('#field-value-fault').getByText('hãy viết 1234 hoặc 1,2340').waitFor();
  expect(await broken()).toEqual([]);
  await page.locator('input[name=value]').fill('1.234,5');
  await page.keyboard.press('Enter');
  await page.locator('#field-unit-fault').getByText('Không có đơn vị hành chính “00”.').waitFor();
  // By its name: what is not chosen is not sent, and the city comes before its wards.
  await unit.fill('Cần Thơ');
  await unit.blur();
  await page.locator('#field-unit:invalid').waitFor();
  await unit.fill('can tho');
  await page.keyboard.press('Enter');
  await save();
  // The place, the period and the value as people say them; the next figure is of the same metric.
  const row = page.locator('tbody tr', { hasText: /Cần Thơ · paid.*tháng 10\/2026.*1\.234,5/ });
  await row.waitFor();
  expect(await metric.inputValue()).toBe('museums.visits');
  await page.getByText('nháp', { exact: true }).waitFor();
  await press('Trình');
  await page.getByText('đã trình', { exact: true }).waitFor();
  await press('Duyệt');
  await page.getByText(/không tự duyệt/).waitFor();
  // The same number once more: who has it is said, and the way there taken.
  await metric.selectOption('museums.visits');
  await unit.fill('92');
  await page.locator('input[name=dim-kind]').fill('paid');
  await page.locator('input[name=period]').fill('2026-10-09');
  await page.locator('input[name=value]').fill('99');
  await save();
  await page.getByText(/đã có phiên bản v1 chưa công bố \(đã trình\), writer nhập/).waitFor();
  expect(await broken()).toEqual([]);
  await press('Xem bản đó');
  const lit = "document.activeElement?.matches('[data-entry]')";
  // Asked from outside: what a page evaluates by itself later its Content-Security-Policy refuses.
  while (!(await page.evaluate<boolean>(lit))) await page.waitForTimeout(50);

  await signIn('approver', 'administrator');
  await press('Trả lại');
  await page.getByText('nháp', { exact: true }).waitFor();
  await press('Trình');
  await press('Duyệt');
  await page.getByText(/không tự duyệt/).waitFor();
  await page.locator('tbody details').first().click();
  await page.getByText(/approver trả lại – lý do: thiếu số văn bản/).waitFor();
});

test('a published figure is corrected in the form that it came from, with its reason', async () => {
  await signIn('second', 'administrator');
  await press('Duyệt');
  await press('Công bố');
  await press('Sửa số đã công bố');
  await page.getByRole('heading', { name: /^Sửa số đã công bố v1: .*tháng 10\/2026/ }).waitFor();
  const value = page.locator('input[name=value]');
  expect(await value.inputValue()).toBe('1234,5');
  expect(await page.locator('input[name=period]').inputValue()).toBe('2026-10-01');
  expect(await page.locator('#field-metric, [name=period], [name=dim-kind]').evaluateAll(DISABLED)).toBe(3);
  expect(await broken()).toEqual([]);
  await value.fill('1300');
  await page.locator('input[name=reason]').fill('cộng thiếu một ngày');
  await press('Lưu bản nháp');
  const row = page.locator('tbody tr', { hasText: / v2.*1\.300.*nháp/ });
  await row.waitFor();
  await page.locator('tbody tr', { hasText: / v1.*1\.234,5.*đã công bố/ }).waitFor();
  await row.locator('details').click();
  await row.getByText(/second sửa số v1: 1\.300 – lý do: cộng thiếu một ngày/).waitFor();
  // A second correction leads to the first.
  await press('Sửa số đã công bố');
  await page.locator('input[name=reason]').fill('lần nữa');
  await press('Lưu bản nháp');
  await press('Mở bản nháp đó');
  await page.getByRole('heading', { name: /^Sửa bản nháp v2/ }).waitFor();
  expect(await value.inputValue()).toBe('1300');
  await value.fill('1350');
  await press('Lưu bản nháp');
  await page.locator('tbody tr', { hasText: / v2.*1\.350.*nháp/ }).waitFor();
}, 60_000);

const DISABLED = (fields: { disabled?: boolean }[]): number => fields.filter(({ disabled }) => disabled).length;

test('a sheet is shown with its faults before anything is taken', async () => {
  const csv = (text: string) => ({
    name: 'a.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(`metric,unit,dims,period,value\n${text}`),
  });
  const chooser = page.locator('#field-sheet');
  await chooser.setInputFiles(csv('museums.visits,92,free,9/2026,12\nmuseums.visits,77777,free,9/2026,x'));
  await page.getByText('1 dòng nhận được, 1 dòng có lỗi.').waitFor();
  await page.getByText(/✗ .*Không có đơn vị hành chính “77777”/).waitFor();
  await page.getByRole('columnheader', { name: 'Phân loại (kind)' }).waitFor();
  await page.getByRole('cell', { name: 'free' }).first().waitFor();
  expect(await page.getByRole('button', { name: /^Lưu \d+ bản nháp/ }).count()).toBe(0);
  expect(await broken()).toEqual([]);
  // An empty cell takes away what is published, where something is.
  await hub.database.query(`INSERT INTO entry (id, metric, unit, dims, period, version, value, state, author)
    VALUES (gen_random_uuid(), 'museums.visits', '92', '{once}', '2026-09-01', 1, 5, 'published', 'w')`);
  await chooser.setInputFiles(csv('museums.visits,92,once,9/2026,\nmuseums.visits,56,free,9/2026,'));
  await page.getByText(/^✓ rút số đã công bố$/).waitFor();
  await page.getByText(/✗ .*chưa có số đã công bố để rút/).waitFor();
  await chooser.setInputFiles(csv('museums.visits,92,free,9/2026,12\nmuseums.visits,56,free,9/2026,8'));
  await press('Lưu 2 bản nháp');
  await page.locator('td', { hasText: /Khánh Ho.* · free/ }).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  const width = 'document.documentElement.scrollWidth';
  expect(await page.evaluate<number>(width)).toBeLessThanOrEqual(390);
  expect(errors).toEqual([]);
});
