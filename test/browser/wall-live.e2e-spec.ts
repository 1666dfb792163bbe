import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { awayFromMidnight } from '../support/midnight.js';
import { wallLink } from '../support/screen.js';

let hub: TestHub;
let context: BrowserContext;
let key: string;
let n = 0;

beforeAll(async () => {
  await awayFromMidnight();
  hub = await testHub({ backend: 'postgres' });
  key = await hub.addSource('mot-cua', { types: ['vn.ioc.dossiers.*'], units: ['92'] });
  context = await openBrowser();
});

afterAll(async () => {
  await context?.close();
  await hub?.close();
});

/** A dossier taken in now, in process. */
async function pushDossier(): Promise<void> {
  const code = `H13.31135-261122-${String(++n).padStart(4, '0')}`;
  const now = new Date().toISOString();
  const answer = await hub.post(key, {
    id: code,
    type: 'vn.ioc.dossiers.dossier.synchronised.v1',
    time: now,
    unit: '31135',
    data: {
      MaHoSo: code,
      MaTTHC: '1.005129',
      LinhVuc: 'dat-dai',
      KenhThucHien: '2',
      MaDonViTiepNhan: 'H13.31135',
      NgayNop: now,
      NgayTiepNhan: now,
      NgayHenTra: new Date(Date.now() + 5 * 86_400_000).toISOString(),
      TrangThaiHoSo: '4',
    },
  });
  expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 1 }]);
}

const inProcess = (page: Page, value: string) =>
  page.locator('[data-tile="in-process"] .value', { hasText: new RegExp(`^${value}$`) });

test('a pushed event changes the number; a killed gateway is said and the page is right again by itself', async () => {
  const page = await context.newPage();
  const foreign: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(hub.gateway) && !request.url().startsWith(hub.gateway.replace('http', 'ws')))
      foreign.push(request.url());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  const { token } = await wallLink(hub);
  await page.goto(`${hub.gateway}/wall/dossiers#token=${token}`);
  await inProcess(page, 'Chưa có dữ liệu').waitFor();
  expect(page.url()).not.toContain(token);

  await pushDossier();
  await inProcess(page, '1').waitFor();

  let loads = 0;
  page.on('load', () => loads++);
  await hub.kill('gateway');
  const band = page.getByText(/Mất kết nối từ/);
  await band.waitFor();
  await pushDossier();
  await hub.start('gateway');
  await inProcess(page, '2').waitFor();
  await band.waitFor({ state: 'hidden' });
  expect(loads).toBe(0);
  expect(foreign).toEqual([]);
  expect(errors).toEqual([]);
});

test('a wall link shows its sectors and units only, and revoked it is out', async () => {
  await pushDossier();
  const narrow = await wallLink(hub, { sectors: ['dossiers'], units: ['56'] });
  const page = await context.newPage();
  await page.goto(`${hub.gateway}/wall/dossiers#token=${narrow.token}`);
  await inProcess(page, '0').waitFor();
  const other = await context.newPage();
  await other.goto(`${hub.gateway}/wall/health#token=${narrow.token}`);
  await other
    .getByText(/không còn hiệu lực|không có quyền|ngoài quyền xem/i)
    .first()
    .waitFor();
  expect(await other.locator('[data-tile]').count()).toBe(0);

  await hub.database.query('UPDATE wall_link SET revoked_at = now() WHERE id = $1', [narrow.id]);
  await hub.tell({ kind: 'wall-link', id: narrow.id });
  await page
    .getByText(/thu hồi/i)
    .first()
    .waitFor();
});
