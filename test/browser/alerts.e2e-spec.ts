import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import { putAlert } from '../support/alerts.js';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { addPerson } from '../support/people.js';
import { wallLink } from '../support/screen.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };

let hub: TestHub;
let walls: BrowserContext;
let desks: BrowserContext;
let wall: Page;
let desk: Page;
let critical: string;
const errors: string[] = [];

const both = (text: string) => ({ vi: text, en: text });
const SALT = { unit: both('‰'), digits: 1 };

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres', apps: ['gateway'] });
  const about = { sector: 'agriculture', unit: '31645', value: 6.8, limit: 4, format: SALT, lon: 106.08, lat: 9.73 };
  await putAlert(hub.database, { ...about, severity: 'warning', title: both('Trạm im lặng'), place: both('Dù Tho') });
  critical = await putAlert(hub.database, {
    ...about,
    severity: 'critical',
    title: both('Độ mặn vượt ngưỡng'),
    place: both('Đại Ngãi'),
    steps: ['Đóng cống', 'Báo xã'],
  });
  const unseen = 'no page of this person was open';
  await hub.database.query(
    `WITH one AS (INSERT INTO notification (id, kind, recipient, channel, message, state, created_at, last_error)
       VALUES (gen_random_uuid(), 'alert', 'thao', 'in-app', '{}', 'cancelled', now(), $2) RETURNING id)
     INSERT INTO notification_item SELECT 1, 'thao', 'in-app', id, $1 FROM one`,
    [critical, unseen],
  );
  walls = await openBrowser({ width: 1366, height: 768 });
  desks = await openBrowser({ width: 1366, height: 768 });
  wall = await walls.newPage();
  desk = await desks.newPage();
  for (const page of [wall, desk]) page.on('pageerror', (error) => errors.push(error.message));
  desk.on('dialog', (dialog) => void dialog.accept());
  const { token } = await wallLink(hub);
  await wall.goto(`${hub.gateway}/wall/overview#token=${token}`);
  await signIn('lan', 'leader');
});

afterAll(async () => {
  await walls?.close();
  await desks?.close();
  await hub?.close();
});

async function signIn(login: string, role: string): Promise<void> {
  const password = await addPerson(hub, login, role);
  await desks.clearCookies();
  await desk.goto(hub.gateway);
  await desk.locator('input[name=login]').fill(login);
  await desk.locator('input[name=password]').fill(password);
  await desk.keyboard.press('Enter');
  await desk.getByRole('link', { name: /^Cảnh báo/ }).click();
  await desk.locator('table.alerts tbody tr').first().waitFor();
}

const broken = async (page: Page): Promise<string[]> =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
const width = (page: Page): Promise<number> => page.evaluate<number>('document.documentElement.scrollWidth');

test('a critical alert takes the wall over until somebody acknowledges it by a key', async () => {
  const band = wall.locator('.takeover');
  await band.waitFor();
  expect(await band.innerText()).toMatch(
    /Độ mặn vượt ngưỡng[\s\S]*Đại Ngãi[\s\S]*6,8 ‰ \/ ngưỡng 4,0[\s\S]*chưa ai xác nhận/,
  );
  const box = await band.boundingBox();
  expect([box?.x, box?.width]).toEqual([0, 1366]);
  expect(await broken(wall)).toEqual([]);
  await wall.getByText('1 cảnh báo khẩn cấp', { exact: false }).first().waitFor();

  // On the console it is said too, and counted.
  await desk.locator('.urgent-band.critical').waitFor();
  await desk.getByRole('link', { name: 'Cảnh báo 2 chưa ai xác nhận' }).waitFor();
  expect(await broken(desk)).toEqual([]);
  await desk.keyboard.press('j');
  await desk.locator(`tr[data-id="${critical}"][aria-current]`).waitFor();
  await desk.keyboard.press('a');
  await band.waitFor({ state: 'hidden' });
  await wall.locator('.tile-alerts li', { hasText: 'lan · đã xác nhận' }).waitFor();
  await desk.locator('.urgent-band.critical').waitFor({ state: 'hidden' });
  expect(errors).toEqual([]);
});

test('filters live in the address; keys search, help, bundle and open', async () => {
  await desk.keyboard.press('?');
  await desk.getByRole('dialog').waitFor();
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('/');
  await desk.keyboard.type('tram im');
  await desk.keyboard.press('Enter');
  await desk.getByText('1 cảnh báo', { exact: true }).waitFor();
  expect(new URL(desk.url()).search).toBe('?text=tram+im');
  await desk.goBack();
  await desk.getByText('2 cảnh báo', { exact: true }).waitFor();
  await desk.locator('h1').click();
  await desk.keyboard.press('g');
  await desk.getByText('1 nhóm', { exact: true }).waitFor();
  await desk.keyboard.press('g');
  await desk.locator(`tr[data-id="${critical}"]`).waitFor();
  // What was at hand still is: one on, and back.
  await desk.keyboard.press('j');
  await desk.keyboard.press('k');
  await desk.keyboard.press('Enter');
  await desk.getByRole('heading', { name: 'Việc cần làm' }).waitFor();
  expect(new URL(desk.url()).pathname).toBe(`/alerts/${critical}`);
});

test('one alert: steps are ticked, what needs a word asks for it, the history says who', async () => {
  expect(await broken(desk)).toEqual([]);
  await desk.getByLabel('Báo xã').check();
  await desk.locator('.timeline').getByText('xong một bước').waitFor();
  await desk.getByText('đã hủy không có trang nào của người này đang mở').waitFor();
  await desk.getByRole('button', { name: 'Đã giải quyết' }).click();
  await desk.getByLabel(/^Nội dung/).fill('Đã đóng cống');
  expect(await broken(desk)).toEqual([]);
  await desk.locator('form').getByRole('button', { name: 'Đã giải quyết' }).click();
  await desk.locator('.timeline').getByText('Đã đóng cống').waitFor();
  await wall.locator('.tile-alerts li', { hasText: 'lan · đã xác nhận' }).waitFor({ state: 'detached' });
  await desk.setViewportSize({ width: 390, height: 844 });
  expect(await width(desk)).toBeLessThanOrEqual(390);
  expect(await broken(desk)).toEqual([]);
});

test('an operator silences after a preview, and raises an alert by hand; all pages fit a phone', async () => {
  await signIn('thao', 'operator');
  expect([await width(desk), await broken(desk)]).toEqual([390, []]);
  await desk.getByRole('link', { name: 'Tắt báo' }).click();
  const unit = () => desk.getByRole('combobox', { name: 'Đơn vị hành chính' });
  // By its name, without marks and by keyboard alone.
  await desk.getByRole('combobox', { name: 'Lĩnh vực' }).fill('nong ng');
  await desk.getByRole('option', { name: /Nông nghiệp/, selected: true }).waitFor();
  expect(await broken(desk)).toEqual([]);
  await desk.keyboard.press('Enter');
  await desk.getByRole('button', { name: 'Bỏ Nông nghiệp' }).waitFor();
  // What is in no list is told, not sent.
  await unit().fill('Atlantis');
  await desk.locator('input[name=reason]').fill('Thay cảm biến');
  expect([await width(desk), await broken(desk)]).toEqual([390, []]);
  await desk.getByRole('button', { name: 'Xem trước' }).click();
  await desk.locator('#field-units:invalid').waitFor();
  await unit().fill('');
  await desk.getByRole('button', { name: 'Xem trước' }).click();
  const silence = desk.getByRole('button', { name: 'Tắt báo', exact: true });
  await silence.waitFor();
  // What was previewed is not saved once the form says something else, whatever changed.
  const changes = [
    () => desk.getByRole('checkbox', { name: 'Khẩn cấp' }).check(),
    () => desk.getByRole('checkbox', { name: 'Khẩn cấp' }).uncheck(),
    () => desk.getByRole('button', { name: '4 giờ', exact: true }).click(),
    () => desk.getByLabel('Loại').selectOption('maintenance'),
    () => desk.getByRole('button', { name: 'Bỏ Nông nghiệp' }).click(),
  ];
  for (const change of changes) {
    await change();
    await silence.waitFor({ state: 'detached' });
    await desk.getByRole('button', { name: 'Xem trước' }).click();
    if (change !== changes.at(-1)) await silence.waitFor();
  }
  // A name typed whole is taken by the press itself, though its chip makes the form taller.
  await desk.getByText('Hãy chọn ít nhất một điều kiện', { exact: false }).waitFor();
  // Picker and button are on the screen together, so that no scrolling makes up for the chip.
  await desk.setViewportSize({ width: 1000, height: 1600 });
  await desk.getByRole('combobox', { name: 'Lĩnh vực' }).fill('nông nghiệp và nguồn nước');
  await desk.getByRole('button', { name: 'Xem trước' }).click();
  await desk.setViewportSize({ width: 390, height: 844 });
  await desk.getByRole('button', { name: 'Bỏ Nông nghiệp' }).waitFor();
  await desk.getByText('Tắt báo 1 cảnh báo đang mở', { exact: false }).waitFor();
  await silence.click();
  await desk.locator('tbody tr', { hasText: 'Thay cảm biến' }).waitFor();
  await desk.locator('tbody tr', { hasText: /lĩnh vực: Nông nghiệp.*bảo trì/ }).waitFor();
  expect(await broken(desk)).toEqual([]);

  await desk.goto(`${hub.gateway}/alerts/new`);
  await desk.locator('input[name=title]').fill('Vỡ bờ bao');
  await desk.locator('select[name=severity]').selectOption('critical');
  await unit().fill('dai ngai');
  await desk.keyboard.press('ArrowDown');
  await desk.keyboard.press('Enter');
  await desk.locator('select[name=disaster]').selectOption('3');
  expect([await width(desk), await broken(desk)]).toEqual([390, []]);
  await desk.getByRole('button', { name: 'Phát cảnh báo' }).click();
  await desk.getByRole('heading', { name: /Vỡ bờ bao/ }).waitFor();
  await wall.locator('.takeover', { hasText: 'Vỡ bờ bao' }).waitFor();
  await desk.getByText('Thiên tai cấp 3').waitFor();
  await desk.getByText('Đại Ngãi', { exact: false }).first().waitFor();
  expect(errors).toEqual([]);
});

test('an alert is silenced from its own page: rule, place, end and reason are there already', async () => {
  const salty = await putAlert(hub.database, {
    ...{ rule: 'agriculture.salinity-irrigation', key: 'dai-ngai', sector: 'agriculture', unit: '31645' },
    title: both('Mặn, không lấy nước'),
  });
  await desk.goto(`${hub.gateway}/alerts/${salty}`);
  await desk.getByRole('link', { name: 'Tạm tắt báo' }).click();
  await desk.getByRole('heading', { name: 'Tạm tắt báo cảnh báo này' }).waitFor();
  await desk.getByRole('button', { name: /^Bỏ Mặn từ/ }).waitFor();
  expect(await desk.getByLabel('Lý do').inputValue()).toMatch(/^Đã biết, đang xử lý: #\d+ Mặn, không lấy nước$/);
  await desk.getByRole('button', { name: '1 giờ', exact: true }).click();
  expect([await width(desk), await broken(desk)]).toEqual([390, []]);
  await desk.getByRole('button', { name: 'Xem trước' }).click();
  await desk.getByText('Tắt báo 1 cảnh báo đang mở', { exact: false }).waitFor();
  await desk.getByRole('button', { name: 'Tắt báo', exact: true }).click();
  await desk.locator('tbody tr', { hasText: /quy tắc: Mặn từ .* · điểm: Đại Ngãi/ }).waitFor();
  expect(errors).toEqual([]);
});

test('critical alerts asked for at one moment are all told of: answering one shows the other, which is listed before it', async () => {
  const about = { severity: 'critical', sector: 'agriculture', unit: '31645', firedAt: Date.now() } as const;
  const names = ['Cháy kho thứ nhất', 'Cháy kho thứ hai'];
  for (const [i, name] of names.entries())
    await putAlert(hub.database, {
      ...about,
      title: both(name),
      place: both('Dù Tho'),
      simulated: i === 0 ? 'partly' : true,
    });
  // With the one that was raised by hand before.
  const band = wall.locator('.takeover');
  // A drill is one for the room, too.
  await band.filter({ hasText: /mô phỏng( một phần)?.*Cháy kho/ }).waitFor();
  await band.getByText('/ 3 · và 2 cảnh báo khẩn cấp khác chưa ai xác nhận').waitFor();
  expect(await broken(wall)).toEqual([]);

  await desk.goto(`${hub.gateway}/alerts`);
  const urgent = desk.locator('.urgent-band.critical');
  await urgent.getByRole('link', { name: 'và 2 cảnh báo khẩn cấp khác chưa ai xác nhận' }).waitFor();
  expect([await width(desk), await broken(desk)]).toEqual([390, []]);
  await urgent
    .filter({ hasText: /mô phỏng(?! một phần).*Cháy kho/ })
    .getByRole('link', { name: names[1] ?? '' })
    .waitFor();
  await urgent.getByRole('button', { name: 'Xác nhận' }).click();
  await band.getByText('/ 2 · và 1 cảnh báo khẩn cấp khác chưa ai xác nhận').waitFor();
  await wall.locator('.tile-alerts li', { hasText: names[0] ?? '' }).waitFor();
  const listed = (await wall.locator('.tile-alerts li .what').allInnerTexts()).join('|');
  expect(listed).toMatch(/^Cháy kho thứ nhất\|Vỡ bờ bao/);
  expect(errors).toEqual([]);
});

test('a title of one long word, as an address is, breaks no page', async () => {
  const word = `https://example.gov.vn/${'a'.repeat(270)}`;
  const long = {
    title: both(word),
    place: both(word),
    severity: 'critical',
    sector: 'agriculture',
    unit: '31645',
  } as const;
  const id = await putAlert(hub.database, { ...long, steps: [word] });
  for (const size of [390, 1024, 1366]) {
    await desk.setViewportSize({ width: size, height: 800 });
    for (const path of ['/alerts', `/alerts/${id}`, `/m/alerts/${id}`]) {
      await desk.goto(`${hub.gateway}${path}`);
      await desk.getByText(word).first().waitFor();
      expect([path, await width(desk)]).toEqual([path, size]);
    }
  }
  // Its column keeps the room that words of usual length need.
  await desk.goto(`${hub.gateway}/alerts`);
  // Rows are drawn anew while it is looked at.
  const cell = desk.locator(`tr[data-id="${id}"] th`);
  let box: Awaited<ReturnType<typeof cell.boundingBox>> = null;
  for (const end = Date.now() + 60_000; !box && Date.now() < end;) box = await cell.boundingBox();
  expect(box?.width).toBeGreaterThan(200);
  expect(errors).toEqual([]);
});
