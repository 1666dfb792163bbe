import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeBuilder as Axe } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import type { PushPayload } from '#libs/contracts';
import { putAlert } from '../support/alerts.js';
import { openBrowser } from '../support/browser.js';
import { testHub, type TestHub } from '../support/hub.js';
import { addPerson } from '../support/people.js';
import { previewAlerts } from './preview-phone.js';
import { startPreview, type Preview } from './preview-server.js';

const { AxeBuilder } = createRequire(import.meta.url)('@axe-core/playwright') as { AxeBuilder: typeof Axe };
const PHONE = { width: 360, height: 800 };
const errors: string[] = [];

async function pageOf(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
  return page;
}

/** The service worker holds the page, so that it opens without a network. */
const held = (page: Page): Promise<unknown> =>
  page.evaluate(
    'navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ?? new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", () => done(1))))',
  );

describe('with a hub', () => {
  let hub: TestHub;
  let context: BrowserContext;
  let page: Page;
  let password: string;
  let alert: string;

  const acknowledged = async (): Promise<number> => {
    const rows = await hub.database.query(`SELECT 1 FROM alert_change WHERE alert_id = $1 AND kind = 'acknowledged'`, [
      alert,
    ]);
    return rows.length;
  };
  const signIn = async (): Promise<void> => {
    await page.locator('input[name=login]').fill('chutich');
    await page.locator('input[name=password]').fill(password);
    await page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    hub = await testHub({ backend: 'postgres', apps: [] });
    password = await addPerson(hub, 'chutich', 'leader');
    alert = await putAlert(hub.database, {
      severity: 'critical',
      title: { vi: 'Vỡ cống ngăn mặn', en: 'Sluice broken' },
    });
    // After its hour the gateway makes the day's brief as it starts.
    await hub.start('gateway');
    context = await openBrowser(PHONE);
    page = await pageOf(context);
  });

  afterAll(async () => {
    await context?.close();
    await hub?.close();
  });

  test('a leader signs in; without a network the page opens with what it knew, and says since when', async () => {
    await page.goto(`${hub.gateway}/m`);
    await signIn();
    await page.locator('.card-alert', { hasText: 'Vỡ cống ngăn mặn' }).waitFor();
    await page.getByRole('status').getByText('Trực tuyến').waitFor();
    await held(page);
    await context.setOffline(true);
    await page.reload();
    await page.locator('.card-alert', { hasText: 'Vỡ cống ngăn mặn' }).waitFor();
    await page.getByText(/^Ngoại tuyến – số liệu tính đến \d\d:\d\d$/).waitFor();
  });

  test('a tap without a network waits, outlives the page, and is sent once on return, whoever else is open', async () => {
    await page.getByRole('button', { name: /^Xác nhận/ }).click();
    await page.getByText('Đang chờ mạng để gửi xác nhận').waitFor();
    await page.reload();
    await page.getByText('Đang chờ mạng để gửi xác nhận').waitFor();
    const other = await pageOf(context);
    await other.goto(`${hub.gateway}/m`);
    await other.getByText('Đang chờ mạng để gửi xác nhận').waitFor();
    expect(await acknowledged()).toBe(0);

    const sent: string[] = [];
    for (const each of [page, other])
      each.on('requestfinished', (request) => request.url().endsWith('/actions') && sent.push(request.method()));
    await context.setOffline(false);
    await Promise.all([page, other].map((each) => each.getByText('Đã xác nhận: chutich').waitFor()));
    expect(await acknowledged()).toBe(1);
    // The service worker may be the one that sends it.
    expect(sent.length).toBeLessThanOrEqual(1);
    await other.close();
  });

  test('an alert is commented and given to somebody from the phone', async () => {
    await page.getByRole('link', { name: 'Vỡ cống ngăn mặn' }).click();
    await page.locator('textarea').fill('Đã điều xe tải');
    await page.getByRole('button', { name: 'Gửi ý kiến' }).click();
    await page.locator('.history q', { hasText: 'Đã điều xe tải' }).waitFor();
    await page.locator('select').selectOption('chutich');
    await page.getByText(/^Giao việc – chutich/).waitFor();
    const [row] = await hub.database.query<{ assignee: string }>('SELECT assignee FROM alert WHERE id = $1', [alert]);
    expect(row?.assignee).toBe('chutich');
  });

  test('the brief is read; signing out wipes the phone, so that without a network nothing is left to see', async () => {
    await page.getByRole('link', { name: 'Bản tin', exact: true }).click();
    await page.getByRole('heading', { name: 'Đang ở mức đỏ' }).waitFor();
    await page.locator('.brief-line', { hasText: 'Vỡ cống ngăn mặn' }).first().waitFor();
    await page.getByRole('link', { name: 'Cài đặt' }).click();
    await page.getByRole('button', { name: 'Đăng xuất' }).click();
    await page.locator('input[name=login]').waitFor();
    await context.setOffline(true);
    await page.goto(`${hub.gateway}/m/brief`);
    await page.locator('input[name=login]').waitFor();
    const empty = async (): Promise<boolean> => (await page.evaluate<number[]>(KEPT)).every((count) => count === 0);
    for (const end = Date.now() + 30_000; !(await empty()) && Date.now() < end;) await page.waitForTimeout(50);
    expect(await page.evaluate(KEPT)).toEqual([0, 0]);
    await context.setOffline(false);
    expect(errors).toEqual([]);
  });
});

/** How much is kept in both stores. Text, because the types here are those of Node. */
const KEPT = `new Promise((done) => {
  indexedDB.open('ioc-phone').onsuccess = ({ target: { result } }) => {
    const count = (name) => new Promise((counted) => {
      result.transaction(name).objectStore(name).count().onsuccess = ({ target }) => counted(target.result);
    });
    done(Promise.all(['kept', 'waiting'].map(count)));
  };
})`;

/** Runs in the page: texts smaller than 16 px, and what a finger must hit that is smaller than 48 px. */
const SMALL = `(() => {
  const shown = (element) => element.checkVisibility() && !element.closest('.unseen');
  const texts = [...document.querySelectorAll('body *')].filter((element) => shown(element) && !element.closest('svg') &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '') && parseFloat(getComputedStyle(element).fontSize) < 16);
  const targets = [...document.querySelectorAll('a, button, select, textarea, input')].filter((element) => {
    // A link over its whole card, and what a label stands for.
    const whole = element.closest('.card-alert h3, .card-number') ? element.closest('li') : (element.closest('label') ?? element);
    const { width, height } = whole.getBoundingClientRect();
    return shown(element) && (height < 47.9 || width < 47.9);
  });
  const wide = document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : [];
  return [...texts, ...targets].map((element) => element.outerHTML.slice(0, 120)).concat(wide);
})()`;

describe('as it looks and sounds', () => {
  let preview: Preview;
  let base: string;
  let context: BrowserContext;
  const [first] = previewAlerts(Date.now()).open;
  const VIEWS: [path: string, settled: string][] = [
    ['/m', '.card-number'],
    [`/m/alerts/${first?.id}`, '.history'],
    ['/m/brief', '.brief-part'],
    ['/m/settings', '.setting .button'],
  ];

  beforeAll(async () => {
    preview = await startPreview({ dist: join(process.cwd(), 'dist/web') });
    base = `http://127.0.0.1:${preview.port}`;
    context = await openBrowser(PHONE);
    await context.addCookies([{ name: 'preview', value: '1', url: base }]);
    await context.grantPermissions(['notifications'], { origin: base });
  });

  afterAll(async () => {
    await context?.close();
    await preview?.close();
  });

  test.each([
    [360, 800, 'vi', 'dark', 'normal'],
    [360, 800, 'en', 'light', 'largest'],
    [1280, 800, 'en', 'dark', 'normal'],
    [1280, 800, 'vi', 'light', 'large'],
  ])(
    '%i×%i, %s, %s, %s text: no rule of axe is broken, nothing is small or cut off',
    async (width, height, lang, theme, size) => {
      const page = await pageOf(context);
      await page.setViewportSize({ width, height });
      await page.goto(`${base}/m?lang=${lang}&theme=${theme}`);
      await page.evaluate(`localStorage.setItem('text-size', '${size}')`);
      // Wide, the views of one column are what they are on a phone.
      for (const [path, settled] of width > 1_000 ? VIEWS.slice(0, 1) : VIEWS) {
        await page.goto(`${base}${path}`);
        await page.locator(settled).first().waitFor();
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode()
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
        expect(await page.evaluate(SMALL)).toEqual([]);
      }
      await page.goto(`${base}/brief`);
      await page.locator('.brief-part').first().waitFor();
      expect((await new AxeBuilder({ page }).setLegacyMode().analyze()).violations.map(({ id }) => id)).toEqual([]);
      await page.close();
      expect(errors).toEqual([]);
    },
  );

  const payload = (more: Partial<PushPayload> = {}): PushPayload => ({
    id: 'n1',
    kind: 'alert',
    severity: 'critical',
    language: 'vi',
    title: 'Khẩn cấp: độ mặn vượt 10‰',
    body: 'Trạm Trần Đề, 12,4 ‰',
    path: `/alerts/${first?.id}`,
    topic: 'group-1',
    token: 'token-1',
    at: Date.now(),
    ...more,
  });

  /** A push message as the browser's push service delivers it: again where a busy browser has lost it. */
  async function push(page: Page, message: PushPayload): Promise<void> {
    for (let tries = 0; tries < 6; tries++) {
      await Promise.race([deliver(page, message).catch(() => undefined), delay(10_000, undefined, { ref: false })]);
      if (await shownWithin(page, message.topic, 8_000)) return;
    }
    throw new Error(`the message about ${message.topic} was not shown`);
  }
  async function deliver(page: Page, message: PushPayload): Promise<void> {
    const session = await context.newCDPSession(page);
    const registered = new Promise<string>((done) =>
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const own = registrations.find(({ scopeURL }) => scopeURL === `${base}/m`);
        if (own) done(own.registrationId);
      }),
    );
    await session.send('ServiceWorker.enable');
    const registrationId = await registered;
    await session.send('ServiceWorker.deliverPushMessage', {
      origin: base,
      registrationId,
      data: JSON.stringify(message),
    });
    await session.detach();
  }
  interface Shown {
    title: string;
    actions: string[];
    tag: string;
  }
  const shownWithin = (page: Page, tag: string, ms: number): Promise<Shown | null> =>
    page.evaluate(`(async () => {
      const registration = await navigator.serviceWorker.ready;
      for (const end = Date.now() + ${ms}; Date.now() < end;) {
        const [one] = await registration.getNotifications({ tag: '${tag}' });
        if (one) return { title: one.title, actions: one.actions.map(({ title }) => title), tag: one.tag };
        await new Promise((done) => setTimeout(done, 50));
      }
      return null;
    })()`);
  /** What is shown, once it is. */
  async function shown(page: Page, tag: string): Promise<Shown> {
    const one = await shownWithin(page, tag, 60_000);
    if (!one) throw new Error(`nothing is shown about ${tag}`);
    return one;
  }
  /** A tap on what is shown; headless there is no finger but the event. A worker that was stopped meanwhile says nothing. */
  async function tap(tag: string, action: string): Promise<void> {
    const script = `registration.getNotifications({ tag: '${tag}' }).then(([notification]) =>
      dispatchEvent(new NotificationEvent('notificationclick', { notification, action: '${action}' })))`;
    for (const worker of context.serviceWorkers().toReversed()) {
      const silent = new Promise<boolean>((done) => setTimeout(done, 15_000, false).unref());
      if (
        await Promise.race([
          worker.evaluate(script).then(
            () => true,
            () => false,
          ),
          silent,
        ])
      )
        return;
    }
    throw new Error('no service worker runs');
  }
  const linkPosts = (): unknown[] =>
    preview.posts.filter(({ path }) => path.endsWith('acknowledge-by-link')).map(({ body }) => body);
  const until = async (holds: () => boolean): Promise<void> => {
    for (const end = Date.now() + 60_000; !holds() && Date.now() < end;)
      await new Promise((done) => setTimeout(done, 50));
    expect(holds()).toBe(true);
  };

  test('a push message is shown with its button; the button acknowledges by the token, a tap opens the alert', async () => {
    const page = await pageOf(context);
    await page.goto(`${base}/m?lang=vi`);
    await held(page);
    await push(page, payload());
    expect(await shown(page, 'group-1')).toEqual({
      title: 'Khẩn cấp: độ mặn vượt 10‰',
      actions: ['Xác nhận'],
      tag: 'group-1',
    });
    await tap('group-1', 'acknowledge');
    await until(() => linkPosts().length > 0);
    expect(linkPosts()).toEqual([{ token: 'token-1' }]);

    await push(page, payload({ id: 'n2', topic: 'group-2', token: null, title: 'Đã xong', kind: 'resolved' }));
    expect((await shown(page, 'group-2')).actions).toEqual([]);
    await tap('group-2', '');
    await page.waitForURL(`${base}/m/alerts/${first?.id}`);
    await page.getByRole('heading', { level: 1, name: 'Độ mặn vượt 10‰' }).waitFor();
    await page.close();
  });

  test('acknowledged out of reach, the notification says that it waits; it is sent once when the hub is back', async () => {
    const page = await pageOf(context);
    await page.goto(`${base}/m?lang=vi`);
    await held(page);
    await push(page, payload({ id: 'n3', topic: 'group-3', token: 'token-3' }));
    await shown(page, 'group-3');
    preview.away(true);
    await tap('group-3', 'acknowledge');
    expect((await shown(page, 'token:token-3')).title).toBe('Đang chờ có mạng');
    expect(linkPosts()).not.toContainEqual({ token: 'token-3' });
    preview.away(false);
    await page.reload();
    const ofThis = (): unknown[] => linkPosts().filter((body) => (body as { token: string }).token === 'token-3');
    await until(() => ofThis().length > 0);
    // Asked from outside: what a page evaluates by itself later its Content-Security-Policy refuses.
    while ((await page.evaluate<number[]>(KEPT))[1] !== 0) await delay(50);
    await page.reload();
    await page.locator('.card-alert').first().waitFor();
    expect(ofThis()).toHaveLength(1);
  });
});
