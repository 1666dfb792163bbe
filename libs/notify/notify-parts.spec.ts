import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { MOST_TRIES, nextTry } from './backoff.js';
import { CLOSED, connected, failed, mayPass } from './breaker.js';
import { faultsOfChannel } from './channel-settings.js';
import { plainText, shorten, shortText, textWithin, unaccented } from './dress.js';
import { inApp } from './drivers/in-app.js';
import { oneTapToken, readOneTap } from './one-tap.js';
import { takeSlots } from './rate.js';
import { seal, unseal } from './sealed.js';
import type { Message, NoticeMessage } from '#libs/contracts';
import { sampleMessage } from '../../test/support/message.js';

test('no minute has more messages than the rate, whoever asks when; and half of it goes at least', () => {
  const asks = fc.array(
    fc.record({ wait: fc.integer({ min: 0, max: 9_000 }), wanted: fc.integer({ min: 1, max: 30 }) }),
    {
      minLength: 50,
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), asks, (rate, steps) => {
      let now = 1_000_000;
      let slotAt: number | null = null;
      const sent: number[] = [];
      for (const { wait, wanted } of steps) {
        now += wait;
        const got = takeSlots(rate, slotAt, wanted, now);
        slotAt = got.slotAt;
        for (let i = 0; i < got.taken; i++) sent.push(now);
      }
      for (let i = rate; i < sent.length; i++) expect(sent[i]! - sent[i - rate]!).toBeGreaterThanOrEqual(60_000 - 1);
    }),
    { seed: 4, numRuns: 60 },
  );
  let [now, count] = [0, 0];
  let slotAt: number | null = null;
  for (; now < 600_000; now += 500) {
    const got = takeSlots(60, slotAt, 10, now);
    [slotAt, count] = [got.slotAt, count + got.taken];
  }
  expect(count).toBeGreaterThan(10 * 60 * 0.75);
});

test('a circuit opens after three failures, or two that lasted; one probe passes at its time; success closes it', () => {
  const twice = failed(failed(CLOSED, 'refused', 0, 100), 'refused', 2_000, 2_100);
  expect([twice.downSince, mayPass(twice, 2_200)]).toEqual([null, 'all']);
  const open = failed(twice, 'refused', 6_000, 6_100);
  expect(open).toMatchObject({ downSince: 0, failures: 3, probeAt: 11_100 });
  expect([mayPass(open, 11_099), mayPass(open, 11_100)]).toEqual(['none', 'probe']);
  // Two tries that each took 10 s: within the 30 s that are promised.
  const slow = failed(failed(CLOSED, 'unreachable', 0, 10_000), 'unreachable', 12_400, 22_400);
  expect(slow.downSince).toBe(0);
  expect(failed(open, 'refused', 11_100, 11_200).probeAt).toBe(21_200);
  expect(failed(open, 'refused', 11_100, 11_200, 120_000).probeAt).toBe(131_200);
  expect([connected(slow), connected(open)]).toEqual([CLOSED, open]);
});

test('tries are further and further apart, spread, as late as they are asked to be, and end', () => {
  const wait = (tries: number, after?: number, random = 0.5) => nextTry(tries, after, 0, () => random);
  expect([1, 2, 3, 8, 9, 11].map((tries) => wait(tries))).toEqual([2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
  expect([wait(1, undefined, 0), wait(1, undefined, 1)]).toEqual([1_600, 2_400]);
  expect([wait(1, 90_000), wait(9, 1_000), wait(MOST_TRIES)]).toEqual([90_000, 300_000, null]);
});

test('a secret opens only in its place, with its key, and whole', () => {
  const sealed = seal('x'.repeat(40), 'channel:mail', 'mật khẩu');
  expect(sealed.includes(Buffer.from('mật'))).toBe(false);
  expect(unseal('x'.repeat(40), 'channel:mail', sealed)).toBe('mật khẩu');
  expect(unseal('x'.repeat(40), 'channel:other', sealed)).toBeNull();
  expect(unseal('y'.repeat(40), 'channel:mail', sealed)).toBeNull();
  for (let at = 0; at < sealed.length; at++) {
    const broken = Buffer.from(sealed);
    broken[at]! ^= 1;
    expect(unseal('x'.repeat(40), 'channel:mail', broken)).toBeNull();
  }
});

test('a one-tap token says which notification and until when, and nobody else can make or change one', () => {
  const [secret, id, until] = ['x'.repeat(40), randomUUID(), Date.parse('2026-11-25T10:00:00Z')];
  const token = oneTapToken(secret, id, until);
  expect(oneTapToken(secret, id, until)).toBe(token);
  expect(readOneTap(secret, token)).toEqual({ notification: id, expiresAt: until });
  expect(readOneTap('y'.repeat(40), token)).toBeNull();
  for (const at of [0, 20, 25, 28, 40, 71]) {
    const other = token[at] === 'A' ? 'B' : 'A';
    expect(readOneTap(secret, token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
  }
  expect([readOneTap(secret, ''), readOneTap(secret, `${token}A`)]).toEqual([null, null]);
});

test('texts: Vietnamese without marks, whole letters, lines of alerts with place, value and time of Vietnam', () => {
  expect(unaccented('Mực nước Đồng Tháp – vượt…')).toBe('Muc nuoc Dong Thap - vuot...');
  expect([shorten('ab🌊cd', 4), shorten('ab', 2)]).toEqual(['ab🌊…', 'ab']);
  const text = plainText(sampleMessage(), { hub: 'https://ioc.example', token: 'T' });
  expect(text).toContain('#12 Khẩn cấp: Mực nước vượt báo động 3 – Xã Bình Đức, 2,4 m / 2,0 m, từ 14:05 25/11');
  expect(text).toContain('và 2 cảnh báo khác');
  expect(text).toContain('https://ioc.example/a#T');
});

test('without marks is ASCII, whatever it was', () => {
  expect(unaccented('Đập “Suối Đá” – cảnh báo ‘đỏ’ → sơ tán • 5×3 « ‑2 » 🌊')).toBe(
    `Dap "Suoi Da" - canh bao 'do' -> so tan - 5x3 " -2 " ?`,
  );
  const all = Array.from({ length: 0x3000 }, (_, i) => String.fromCodePoint(i + 0x7f)).join('');
  expect(unaccented(all)).toMatch(/^[\n -~]*$/);
});

test.each([2_000, 600, 300, 120])(
  'a storm within %i letters leaves out alerts and counts them, and keeps its links',
  (most) => {
    const [sample] = sampleMessage().alerts;
    const alerts = Array.from({ length: 20 }, (_, i) => ({ ...sample!, number: 1_200 + i }));
    const message = sampleMessage({ alerts, total: 40, path: '/alerts?group=0b6f2a9e-0000-4000-8000-000000000001' });
    const where = { hub: 'https://ioc.example.gov.vn', token: 'T'.repeat(60) };
    const text = textWithin(message, where, most, (part) => part);
    expect(text.endsWith(`${where.hub}${message.path}`)).toBe(true);
    expect(text).toContain(`${where.hub}/a#${where.token}\n`);
    const named = text.match(/#12\d\d /g)?.length ?? 0;
    if (most < 300) return;
    expect([...text].length).toBeLessThanOrEqual(most);
    if (most < 600) return;
    expect(text).toContain(`và ${40 - named} cảnh báo khác`);
    expect(named).toBeGreaterThanOrEqual(most >= 2_000 ? 15 : 2);
  },
);

describe('the short text', () => {
  const at = Date.parse('2026-11-25T15:00:00+07:00');
  const [sample] = sampleMessage().alerts;
  const of = (change: Partial<Message> = {}, title = 'Nước cao', value: string | null = '4,6 ‰ / 4 ‰') =>
    sampleMessage({
      ...{ at, total: 1, lines: ['Chưa có ai xác nhận.', 'Cơ quan xử lý: Sở A.'] },
      alerts: [{ ...sample!, title, value }],
      subject: `Khẩn cấp: ${title} – Xã Bình Đức`,
      ...change,
    });

  test('says what, where, value against limit and since when; another day with its date', () => {
    expect(shortText(of(), 200)).toBe('Khẩn cấp: Nước cao – Xã Bình Đức, 4,6 ‰ / 4 ‰, từ 14:05. Chưa có ai xác nhận.');
    expect(shortText(of({ at: at + 86_400_000, lines: [] }), 200)).toMatch(/, từ 14:05 25\/11$/);
    expect(shortText(of({ language: 'en', total: 3, lines: [] }), 200)).toMatch(
      /Bình Đức\. The worst: 4,6 ‰ \/ 4 ‰, since 14:05$/,
    );
    expect(unaccented(shortText(of(), 200))).toBe(
      'Khan cap: Nuoc cao - Xa Binh Duc, 4,6 0/00 / 4 0/00, tu 14:05. Chua co ai xac nhan.',
    );
    expect(unaccented('37,5 °C, 120 m³/s, 50 µg/m³ ≥ 2')).toBe('37,5 oC, 120 m3/s, 50 ug/m3 >= 2');
  });

  test('a number that is not told stays out; what is over, or about no alert, has none', () => {
    expect(shortText(of({ lines: [] }, 'Ca bệnh', null), 200)).toBe('Khẩn cấp: Ca bệnh – Xã Bình Đức, từ 14:05');
    expect(shortText(of({ kind: 'resolved', lines: ['Đã hết.'] }), 200)).toBe(
      'Khẩn cấp: Nước cao – Xã Bình Đức. Đã hết.',
    );
    expect(shortText(of({ kind: 'test', alerts: [], lines: ['Thử.'], subject: 'Tin thử' }), 200)).toBe('Tin thử. Thử.');
  });

  test('fits its length: a long title is cut before place, value and time', () => {
    const long = shortText(of({}, 'Nước '.repeat(80)), 200);
    expect([...long].length).toBeLessThanOrEqual(200);
    expect(long).toMatch(/^Khẩn cấp: Nước .*… – Xã Bình Đức, 4,6 ‰ \/ 4 ‰, từ 14:05/);
    const ascii = shortText(of({}, 'Nước '.repeat(80)), 200, unaccented);
    expect(ascii).toMatch(/^Khan cap: Nuoc .*… - Xa Binh Duc, 4,6 0\/00 \/ 4 0\/00, tu 14:05$/);
    expect(ascii).toHaveLength(200);
    for (const most of [60, 134, 200])
      for (let letters = 1; letters < 260; letters += 7)
        for (const total of [1, 9])
          expect([...shortText(of({ total }, 'ặ'.repeat(letters)), most)].length).toBeLessThanOrEqual(most);
  });

  test('a banner in the application says it first, then what there is to do', async () => {
    const told: NoticeMessage[] = [];
    const channel = inApp((message) => Promise.resolve(void told.push(message)));
    const to = { recipient: 'lan' } as Parameters<typeof channel.send>[1];
    await channel.send(of(), to, {} as Parameters<typeof channel.send>[2]);
    await channel.send(of({ kind: 'test', alerts: [], lines: ['Thử.'] }), to, {} as Parameters<typeof channel.send>[2]);
    expect(told.map(({ notice }) => notice.body.vi)).toEqual([
      '4,6 ‰ / 4 ‰, từ 14:05\nChưa có ai xác nhận.\nCơ quan xử lý: Sở A.',
      'Thử.',
    ]);
  });
});

test('settings that are wrong are named by their place', () => {
  const places = (...given: Parameters<typeof faultsOfChannel>) => faultsOfChannel(...given).map(({ path }) => path);
  const mail = { host: 'mail.example.vn', from: 'IOC <ioc@example.vn>' };
  expect(places('email', mail, { password: 'p' }, false)).toEqual([]);
  expect(places('email', { ...mail, host: 'a b', port: 0, from: 'x\r\nBcc: y@z.vn', bad: 1 }, {}, false)).toEqual([
    '/settings/bad',
    '/settings/host',
    '/settings/port',
    '/settings/from',
  ]);
  const hook = { format: 'plain', url: 'https://10.0.0.1/x' };
  expect(places('webhook', hook, {}, false)).toEqual(['/settings/url']);
  expect(places('webhook', hook, {}, true)).toEqual([]);
  expect(places('webhook', { format: 'telegram' }, {}, false)).toEqual(['/secret/token']);
  const sms = { format: 'sms', url: 'https://sms.example.vn', body: { a: '{nonsense}' }, headers: { host: 'x' } };
  expect(places('webhook', sms, { token: 'a\nb' }, false)).toEqual([
    '/secret/token',
    '/settings/body',
    '/settings/headers/host',
  ]);
});
