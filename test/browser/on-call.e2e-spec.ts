import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { DEFAULT_POLICY } from '#libs/alerting';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { addPerson } from '../support/people.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };

let hub: TestHub;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];
/** Folder for pictures to look at; none are made without. */
const SHOTS = process.env.ON_CALL_SHOTS;

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres', apps: ['gateway'] });
  await hub.database.query(`INSERT INTO channel (id, kind, name) VALUES
    ('mail', 'email', 'Thư điện tử'), ('zalo', 'webhook', 'Zalo văn phòng')`);
  // As the first start leaves it.
  await hub.database.query(`INSERT INTO policy (id, definition) VALUES ('default', $1)`, [
    JSON.stringify(DEFAULT_POLICY),
  ]);
  context = await openBrowser({ width: 1366, height: 768 });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => void dialog.accept());
});

afterAll(async () => {
  await context?.close();
  await hub?.close();
});

async function signIn(login: string, role: string): Promise<void> {
  const password = await addPerson(hub, login, role);
  await context.clearCookies();
  await page.goto(hub.gateway);
  await page.locator('input[name=login]').fill(login);
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Lịch trực', exact: true }).click();
  await page.getByRole('heading', { name: 'Đang trực' }).waitFor();
}

const broken = async (): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
const press = async (name: string): Promise<void> => page.getByRole('button', { name }).first().click();
const fill = async (label: string, value: string): Promise<void> => page.getByLabel(label).first().fill(value);
const pick = async (label: string, name: string): Promise<void> => {
  await page.getByLabel(label).first().selectOption({ label: name });
};

async function shot(name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await page.screenshot({ path: `${SHOTS}/${name}-desktop.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${SHOTS}/${name}-phone.png`, fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
}

test('an administrator builds a schedule and a policy; what is wrong is shown at its field', async () => {
  await signIn('an', 'administrator');
  await addPerson(hub, 'binh', 'leader');
  await page.reload();
  await page.getByRole('heading', { name: 'Đang trực' }).waitFor();
  await press('+ Thêm lịch trực');
  await fill('Mã', 'duty');
  await fill('Tên lịch trực', 'Trực ban văn phòng');
  await press('Lưu');
  await page.getByText('Lỗi: Lớp này không có ai.').waitFor();
  expect(await page.locator('[aria-invalid=true]').count()).toBe(1);
  expect(await broken()).toEqual([]);
  await shot('schedule-editor');
  await pick('Người trực, theo thứ tự', 'an');
  await pick('Người trực, theo thứ tự', 'binh');
  await press('+ Thêm lớp');
  await page.getByLabel('Tên lớp').nth(1).fill('Ban đêm');
  await page.getByLabel('Người trực, theo thứ tự').nth(1).selectOption({ label: 'binh' });
  await page.getByLabel('Giờ', { exact: true }).nth(1).selectOption('some');
  await press('Lưu');
  await page.getByRole('heading', { name: 'Trực ban văn phòng' }).waitFor();
  await page.getByRole('button', { name: 'Hiện từng lớp' }).click();
  await page.locator('.track-name', { hasText: 'Ban đêm' }).first().waitFor();

  await press('+ Thêm chính sách');
  await fill('Mã', 'flood');
  await fill('Tên chính sách', 'Lũ, ngập');
  await pick('Báo cho', 'Người trực “Trực ban văn phòng”');
  await press('+ Thêm bước');
  await page.getByLabel('Sau (phút)').nth(1).fill('0');
  await page.getByLabel('Báo cho').nth(1).selectOption({ label: 'Lãnh đạo' });
  await press('Lưu');
  await page.getByText('Lỗi: Bước sau phải muộn hơn bước trước.').waitFor();
  await page.getByLabel('Sau (phút)').nth(1).fill('5');
  await page.getByLabel('Giờ yên tĩnh (khẩn cấp vẫn báo ngay)').check();
  await press('Kiểm tra');
  // Nobody of them has any other channel.
  await page.getByText('an, binh chỉ được báo trong ứng dụng', { exact: false }).waitFor();
  await shot('policy-editor');
  await press('Lưu');
  await page.getByRole('heading', { name: 'Chính sách: Lũ, ngập' }).waitFor();
  await page.getByText('+5 phút').waitFor();

  await page.getByRole('button', { name: 'Sửa: Tuyến, hạn và giờ gửi' }).click();
  await press('+ Thêm tuyến');
  await page.getByLabel('Đơn vị').nth(1).fill('99999');
  await fill('Khẩn cấp: xử lý', '1');
  await press('Lưu');
  await page.getByText('Lỗi: Không có “99999”.').waitFor();
  await page.getByText('Lỗi: Hạn xử lý phải sau hạn trả lời.').waitFor();
  expect(await broken()).toEqual([]);
  await shot('settings-editor');
  await press('Thôi');
  await page.getByRole('heading', { name: 'Đang trực' }).waitFor();
});

test('an operator stands in, sees it in the calendar, and may edit nothing else', async () => {
  await signIn('chi', 'operator');
  await pick('Ai trực thay', 'chi');
  await press('Nhận trực thay');
  await page.locator('.shift-override').first().waitFor();
  expect(await page.locator('.duty', { hasText: 'chi' }).count()).toBe(1);
  expect(await page.getByRole('button', { name: /^Sửa/ }).count()).toBe(0);
  await press('Nhận trực thay');
  await page.getByText('Lỗi: Trùng giờ với lần trực thay số 1 (chi).').waitFor();
  await page.reload();
  await page.locator('.shift-override').first().waitFor();
  await page.getByRole('button', { name: 'Hiện từng lớp' }).click();
  await page.locator('.track-name', { hasText: 'Ban đêm' }).first().waitFor();
  await shot('on-call');
  // What the hub named itself is said in the language of the page, alone.
  await page.getByRole('heading', { name: 'Chính sách: Mặc định', exact: true }).waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'On call now' }).waitFor();
  await page.getByRole('heading', { name: 'Policy: default', exact: true }).waitFor();
  expect(await broken()).toEqual([]);
  await page.getByRole('button', { name: 'Tiếng Việt' }).click();
});

test('people: the last administrator stays, a contact is checked, a new person gets a password once', async () => {
  await signIn('dung', 'administrator');
  await page.getByRole('link', { name: 'Người dùng' }).click();
  await page.getByRole('heading', { name: 'Tài khoản' }).waitFor();
  await page.getByRole('button', { name: 'Sửa binh' }).click();
  await pick('Thư điện tử', 'từ mức cảnh báo');
  await fill('Thư điện tử: Địa chỉ thư', 'not-an-address');
  await press('Lưu');
  await page.locator('[aria-invalid=true]').waitFor();
  expect(await broken()).toEqual([]);
  await shot('people');
  await fill('Thư điện tử: Địa chỉ thư', 'binh@example.gov.vn');
  await fill('Điện thoại', '0912 345 678');
  await press('Lưu');
  await page.getByRole('cell', { name: '0912 345 678' }).waitFor();
  await fill('Tên đăng nhập', 'em');
  await press('Thêm người');
  await page.getByText('Mật khẩu của em, chỉ hiện một lần:').waitFor();
  expect(await page.locator('.made input').inputValue()).toMatch(/^.{20}$/);
  expect(errors).toEqual([]);
});
