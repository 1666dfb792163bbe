import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { validateXML } from 'xmllint-wasm';
import { HOUR_MS, MINUTE_MS, type AlertChange, type AlertChangeKind, type AlertLine } from '#libs/contracts';
import { capMessages, isPublished, type CapOutlet } from './publish-cap.js';
import { CapError, readCap, readFeed } from './read-cap.js';
import { writeCap, writeFeed } from './write-cap.js';

const AT = Date.parse('2026-11-25T14:32:05+07:00');
const SCHEMA = readFileSync('test/support/cap-1.2.xsd', 'utf8');

const outlet: CapOutlet = {
  sender: 'ioc@example.gov.vn',
  senderName: 'Trung tâm điều hành',
  least: 'warning',
  disastersOnly: false,
  categories: { water: 'Env' },
};

const alert: AlertLine = {
  id: '0b0f5c1e-6a53-4a70-9a3f-0d1f1f8f9a01',
  number: 7,
  origin: 'rule',
  title: { vi: 'Mặn vượt 4‰ & tiếp tục <tăng>', en: 'Salinity above 4‰' },
  severity: 'serious',
  disaster: 2,
  state: 'firing',
  sector: 'water',
  rule: 'water.salt',
  key: 'dai-ngai',
  unit: '31732',
  place: { vi: 'Trạm Đại Ngãi', en: 'Đại Ngãi station' },
  lon: 106.0779,
  lat: 9.7339,
  value: 4.6,
  limit: 4,
  format: { unit: { vi: '‰', en: '‰' }, digits: 1 },
  since: AT - HOUR_MS,
  firedAt: AT,
  askedAt: AT,
  endedAt: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  assignee: null,
  respondBy: null,
  resolveBy: null,
  resolvedAt: null,
  flapping: false,
  muted: null,
  unreachable: false,
  simulated: false,
};

const steps = [{ vi: 'Đóng cống', en: 'Close the sluice' }];
const change = (seq: number, kind: AlertChangeKind, at: number, detail: Record<string, unknown> = {}): AlertChange => {
  return { seq, kind, at, actor: 'system', comment: null, detail };
};
const subject = (...changes: AlertChange[]) => ({ alert, changes, steps, description: null, valueHidden: false });

async function faultsOf(...documents: string[]): Promise<string[]> {
  const xml = documents.map((contents, i) => ({ fileName: `${i}.xml`, contents }));
  const result = await validateXML({ xml, schema: [{ fileName: 'cap.xsd', contents: SCHEMA }] });
  return result.errors.map((error) => error.message);
}

describe('what an alert becomes', () => {
  const all = capMessages(
    subject(
      change(10, 'fired', AT, { value: 4.6 }),
      change(11, 'acknowledged', AT + MINUTE_MS),
      change(12, 'updated', AT + HOUR_MS, { severity: 'critical', value: 6.25 }),
      change(13, 'ended', AT + 30 * HOUR_MS),
    ),
    outlet,
    AT + 40 * HOUR_MS,
  );

  test('Alert, Update, an update each half day, Cancel; each names all before it', () => {
    expect(all.map(({ msgType }) => msgType)).toEqual(['Alert', 'Update', 'Update', 'Update', 'Cancel']);
    expect(all.map(({ sent }) => (sent - AT) / HOUR_MS)).toEqual([0, 1, 13, 25, 30]);
    expect(new Set(all.map(({ identifier }) => identifier)).size).toBe(5);
    all.forEach(({ references }, i) =>
      expect(references.map(({ identifier }) => identifier)).toEqual(all.slice(0, i).map((one) => one.identifier)),
    );
  });

  test('says place, value against limit, what to do, in both languages; its level of disaster decides the severity', () => {
    const [vi, en] = all[1]?.infos ?? [];
    expect(vi).toMatchObject({
      language: 'vi-VN',
      category: 'Env',
      severity: 'Moderate',
      headline: 'Mặn vượt 4‰ & tiếp tục <tăng> — Trạm Đại Ngãi',
      instruction: '1. Đóng cống',
      areas: [{ circle: { lat: 9.7339, lon: 106.0779 }, geocodes: [{ name: 'VN-GSO', value: '31732' }] }],
    });
    // Nobody without an account can open a page of the hub.
    expect(all.flatMap(({ infos }) => infos).filter((info) => 'web' in info)).toEqual([]);
    expect(vi?.description).toContain('Trị số: 6,3 ‰ (ngưỡng 4,0 ‰)');
    expect(en).toMatchObject({ language: 'en-US', event: 'Salinity above 4‰' });
    expect(all.at(-1)?.infos[0]).toMatchObject({ urgency: 'Past', responseType: 'AllClear' });
  });

  test('who says that it is solved ends what a person raised; of a rule only the condition does', () => {
    const said = subject(
      change(1, 'fired', AT, { value: 4.6 }),
      change(2, 'resolved', AT + 1_000),
      change(3, 'closed', AT + 2_000),
    );
    const types = (origin: 'rule' | 'manual') =>
      capMessages({ ...said, alert: { ...said.alert, origin } }, outlet, AT + HOUR_MS).map(({ msgType }) => msgType);
    expect([types('rule'), types('manual')]).toEqual([['Alert'], ['Alert', 'Cancel']]);
  });

  test('an end without the value that came back is no all-clear', () => {
    const cancel = (reason?: string) => {
      const changes = [
        change(1, 'fired', AT, { value: 4.6 }),
        change(2, 'ended', AT + 1_000, reason ? { reason } : {}),
      ];
      return capMessages(subject(...changes), outlet, AT + 2_000)[1]?.infos[0];
    };
    for (const reason of [undefined, 'back']) expect(cancel(reason)?.responseType).toBe('AllClear');
    expect(cancel('no-data')?.responseType).toBe('Monitor');
    expect(cancel('no-data')?.description).toMatch(/^Thôi theo dõi \(không còn số liệu, chưa rõ đã hết hay chưa\): /);
  });

  test('every message is valid against the schema, and reads back as it was written', async () => {
    expect(await faultsOf(...all.map(writeCap))).toEqual([]);
    for (const message of all) expect(readCap(writeCap(message))).toEqual(message);
    // The schema can refuse: an element out of its order.
    const wrong = writeCap(all[0]!).replace(/(<identifier>.*<\/identifier>)\s*(<sender>.*<\/sender>)/, '$2$1');
    expect(await faultsOf(wrong)).not.toEqual([]);
  });

  test('asked at any later time, what was said stays the same', () => {
    const kinds = fc.constantFrom<AlertChangeKind>('acknowledged', 'updated', 'muted', 'unmuted', 'ended', 'reopened');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kinds, fc.integer({ min: 1, max: 40 })), { maxLength: 8 }),
        fc.nat(60),
        (rest, later) => {
          let at = AT;
          const changes = [change(1, 'fired', AT)];
          for (const [kind, hours] of rest) changes.push(change(changes.length + 1, kind, (at += hours * HOUR_MS)));
          const before = capMessages(subject(...changes), outlet, at);
          const after = capMessages(subject(...changes), outlet, at + later * HOUR_MS);
          expect(after.slice(0, before.length)).toEqual(before);
          // Who follows the messages never believes two alerts of one incident open at once.
          let open = false;
          for (const { msgType, references } of after) {
            expect(msgType === 'Alert').toBe(!open);
            expect(references.length > 0).toBe(open);
            open = msgType !== 'Cancel';
          }
        },
      ),
    );
  });

  test('nothing while it is muted; small counts stay hidden; a drill is an exercise', () => {
    // As the alerter writes it: that it fired, then that nobody is told.
    const silent = [change(1, 'fired', AT), change(2, 'muted', AT)];
    expect(capMessages(subject(...silent), outlet, AT + HOUR_MS)).toEqual([]);
    const late = subject(...silent, change(3, 'unmuted', AT + HOUR_MS));
    expect(capMessages(late, outlet, AT + HOUR_MS).map(({ msgType }) => msgType)).toEqual(['Alert']);
    const again = [change(3, 'ended', AT + 1_000), change(4, 'reopened', AT + 2_000, { since: AT + 2_000 })];
    expect(capMessages(subject(...silent, ...again), outlet, AT + HOUR_MS)).toHaveLength(1);
    const hidden = { ...subject(change(1, 'fired', AT, { value: 3 })), valueHidden: true };
    expect(JSON.stringify(capMessages(hidden, outlet, AT))).not.toContain('Trị số');
    const drill = { ...subject(change(1, 'fired', AT)), alert: { ...alert, simulated: true } };
    expect(capMessages(drill, outlet, AT)[0]?.status).toBe('Exercise');
    const mixed = { ...drill, alert: { ...alert, simulated: 'partly' as const } };
    expect(capMessages(mixed, outlet, AT)[0]?.status).toBe('Actual');
  });

  test('an outlet tells of what it is for', () => {
    expect(isPublished(alert, outlet)).toBe(true);
    expect(isPublished({ ...alert, origin: 'cap' }, outlet)).toBe(false);
    expect(isPublished({ ...alert, severity: 'information' }, outlet)).toBe(false);
    expect(isPublished({ ...alert, disaster: null }, { ...outlet, disastersOnly: true })).toBe(false);
    expect(isPublished(alert, { ...outlet, sectors: ['health'] })).toBe(false);
  });
});

describe('reading', () => {
  const minimal = (inside: string): string =>
    `<cap:alert xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"><cap:identifier>A1</cap:identifier><cap:sender>kttv@example.gov.vn</cap:sender>${inside}</cap:alert>`;
  const head =
    '<cap:sent>2026-11-25T14:00:00+07:00</cap:sent><cap:status>Actual</cap:status><cap:msgType>Alert</cap:msgType><cap:scope>Public</cap:scope>';
  const info =
    '<cap:info><cap:category>Met</cap:category><cap:event>B&#xE3;o s&#7889; 9</cap:event><cap:urgency>Expected</cap:urgency><cap:severity>Extreme</cap:severity><cap:certainty>Likely</cap:certainty></cap:info>';

  test('takes prefixes and character references as other senders write them', () => {
    expect(readCap(minimal(head + info))).toMatchObject({
      sender: 'kttv@example.gov.vn',
      infos: [{ event: 'Bão số 9', severity: 'Extreme', language: 'en-US' }],
    });
  });

  test('leaves out what no database can store', () => {
    const event = 'B&#xD83D;&#0;o';
    const [read] = readCap(
      minimal(head + info.replace(/<cap:event>.*<\/cap:event>/, `<cap:event>${event}</cap:event>`)),
    ).infos;
    expect(read?.event).not.toMatch(/[\0\p{Surrogate}]/u);
  });

  test.each([
    [minimal(head), /info: a message of type Alert/],
    [minimal(head.replace('Actual', 'BOGUS') + info), /status must be one of Actual/],
    [minimal(head.replace('+07:00', 'Z') + info), /sent must be a time/],
    [minimal(head.replace('Alert', 'Cancel')), /references: a message of type Cancel/],
    [minimal(head + info.replace('Extreme', 'Huge')), /info\[0\]\/severity/],
    [minimal(head + info).replace('A1', 'A 1'), /identifier must have/],
    [`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${minimal(head + info)}`, /DOCTYPE/],
    ['<rss></rss>', /root element must be alert/],
    ['<alert><identifier>', /not well-formed XML, line 1/],
  ])('says what is wrong: %#', (xml, message) => {
    expect(() => readCap(xml)).toThrow(CapError);
    expect(() => readCap(xml)).toThrow(message);
  });

  test('finds the messages of an Atom feed as this hub writes it, and of RSS', () => {
    const [message] = capMessages(subject(change(1, 'fired', AT)), outlet, AT);
    const feed = { id: 'urn:x', title: 'Cảnh báo', author: 'IOC', url: 'https://a.vn/feed', at: AT };
    const entries = message ? [{ message, url: 'https://a.vn/1.xml?b=1&c=2' }] : [];
    expect(readFeed(writeFeed(feed, entries))).toEqual([{ url: 'https://a.vn/1.xml?b=1&c=2', at: AT }]);
    const rss =
      '<rss><channel><item><link>https://b.vn/1</link></item><item><link>https://b.vn/2</link></item></channel></rss>';
    expect(readFeed(rss).map(({ url }) => url)).toEqual(['https://b.vn/1', 'https://b.vn/2']);
    const entry = (n: number, updated: string) => `<entry><link href="${n}"/><updated>${updated}</updated></entry>`;
    const oldestFirst = `<feed>${entry(1, '2026-11-25T14:00:00Z')}${entry(2, '2026-11-25T22:00:00+07:00')}</feed>`;
    expect(readFeed(oldestFirst).map(({ url }) => url)).toEqual(['2', '1']);
  });
});
