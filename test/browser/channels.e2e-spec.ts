import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import { ensureChannels, oneTapToken } from '#libs/notify';
import { dataSourceOptions } from '#libs/persistence';
import type { BrowserContext, Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { sampleMessage } from '../support/message.js';
import { packRoot } from '../support/pack-root.js';
import { addPerson } from '../support/people.js';
import { type Receiver, receiver } from '../support/receiver.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };

let installed: ReturnType<typeof packRoot>;
let hub: TestHub;
let server: Receiver;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  installed = packRoot('museums');
  hub = await testHub({
    backend: 'postgres',
    root: installed.root,
    apps: ['gateway'],
    env: { CHANNELS_PRIVATE: 'true' },
  });
  const source = await new DataSource(dataSourceOptions(hub.database.url, 'test', 2)).initialize();
  await ensureChannels(source, hub.env.HUB_SECRET ?? '');
  await source.destroy();
  server = await receiver();
  context = await openBrowser({ width: 1366, height: 900 });
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('dialog', (dialog) => void dialog.accept());
});

afterAll(async () => {
  await context?.close();
  await server?.close();
  await hub?.close();
  installed?.remove();
});

const broken = async (): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
const shot = async (name: string): Promise<void> => {
  const folder = process.env.SCREENSHOTS;
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};
const fitsPhone = async (): Promise<void> => {
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
};
const hook = () => page.locator('section', { has: page.getByRole('heading', { name: 'Cổng tin', exact: true }) });

test('an administrator adds a webhook, tests it, sees it fail, and sends again what was lost', async () => {
  const password = await addPerson(hub, 'boss', 'administrator');
  await page.goto(hub.gateway);
  await page.locator('input[name=login]').fill('boss');
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Kênh gửi' }).click();
  await page.getByRole('heading', { name: 'Trong ứng dụng', exact: true }).waitFor();
  await page.getByText('Thêm kênh').click();
  await page.locator('#field-new-choice').selectOption('sms');
  await page.getByLabel('Nội dung yêu cầu (JSON)').waitFor();
  expect(await broken()).toEqual([]);
  await shot('channels-form');
  await page.locator('#field-new-choice').selectOption('plain');
  await page.locator('input[name=new-id]').fill('hook');
  await page.locator('input[name=new-name]').fill('Cổng tin');
  await page.locator('input[name=new-url]').fill('ftp://example.vn');
  await page.keyboard.press('Enter');
  await page.getByText(/url: url must start with https/).waitFor();
  await page.locator('input[name=new-url]').fill(`${server.url}/in`);
  await page.keyboard.press('Enter');
  await page.getByText('Khóa ký chỉ hiện một lần').waitFor();
  expect(await page.getByRole('textbox', { name: 'Khóa ký' }).inputValue()).toMatch(/^whsec_/);
  await hook().getByRole('button', { name: 'Gửi thử' }).click();
  await hook()
    .getByText(/✓ Đã gửi: HTTP 204/)
    .waitFor();
  server.answer = (_call, response) => void response.writeHead(503).end();
  for (let i = 1; i <= 3; i++) {
    await hook().getByRole('button', { name: 'Gửi thử' }).click();
    await expectCalls(1 + i);
    await hook()
      .getByText(/✗ Không gửi được: HTTP 503/)
      .waitFor();
  }
  const lost = sampleMessage();
  await hub.database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, state, tries, created_at, last_error)
     VALUES ($1, 'alert', 'boss', 'hook', $2, 'dead', 12, now(), 'expired before it could be sent: HTTP 503')`,
    [lost.id, JSON.stringify(lost)],
  );
  // Without a reload.
  await hook()
    .getByText(/Không gửi được từ/)
    .waitFor();
  await hook()
    .getByText(/không gửi được 1/)
    .waitFor();
  await hook().getByText('Tin không gửi được').click();
  await hook().getByText('Mực nước vượt báo động 3').waitFor();
  await hook().getByText('hết hạn trước khi gửi được: HTTP 503').waitFor();
  expect(await broken()).toEqual([]);
  await shot('channels-desktop');
  await fitsPhone();
  await shot('channels-phone');
  await hook().getByRole('button', { name: 'Gửi lại tất cả' }).click();
  await hook().getByText('Không có tin nào.').waitFor();
  expect(errors).toEqual([]);
});

async function expectCalls(wanted: number): Promise<void> {
  for (const end = Date.now() + 60_000; server.calls.length < wanted && Date.now() < end;)
    await new Promise((done) => setTimeout(done, 50));
  expect(server.calls).toHaveLength(wanted);
}

test('a link shows what it is about, acknowledges by one press, once, without signing in', async () => {
  const [alert, message] = [randomUUID(), sampleMessage({ total: 1 })];
  await hub.database.query(
    `INSERT INTO alert (id, origin, severity, title, since, fired_at) VALUES ($1, 'manual', 'critical', '{"vi":"a","en":"a"}', now(), now())`,
    [alert],
  );
  await hub.database.query(
    `INSERT INTO notification (id, kind, recipient, channel, message, state, created_at) VALUES ($1, 'alert', 'boss', 'hook', $2, 'sent', now())`,
    [message.id, JSON.stringify(message)],
  );
  await hub.database.query(`INSERT INTO notification_item VALUES (1, 'boss', 'hook', $1, $2)`, [message.id, alert]);
  const state = async () =>
    (await hub.database.query<{ state: string }>('SELECT state FROM alert WHERE id = $1', [alert]))[0]?.state;
  await context.clearCookies();
  const link = `${hub.gateway}/a#${oneTapToken(hub.env.HUB_SECRET ?? '', message.id, message.expiresAt)}`;
  await page.goto(link);
  await page.getByText('#12 Mực nước vượt báo động 3').waitFor();
  expect(await state()).toBe('firing');
  expect(await broken()).toEqual([]);
  await fitsPhone();
  await shot('one-tap');
  // It has the focus.
  await page.keyboard.press('Enter');
  await page.getByText('✓ Đã xác nhận. Cảm ơn.').waitFor();
  expect(await state()).toBe('acknowledged');
  await page.reload();
  await page.getByText('Liên kết này đã được dùng.').waitFor();
  expect(await broken()).toEqual([]);
  await page.goto(`${hub.gateway}/?x`);
  await page.goto(`${hub.gateway}/a#nonsense`);
  await page.getByText(/Liên kết không đúng/).waitFor();
  expect(errors).toEqual([]);
});
