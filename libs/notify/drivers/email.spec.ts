import { afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { SendOptions } from '../channel.port.js';
import { email, type EmailOptions } from './email.js';
import { sampleMessage } from '../../../test/support/message.js';

const servers: SMTPServer[] = [];
// The test server warns of the certificate that it comes with.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise<void>((done) => server.close(done)))));

interface Received {
  raw: string;
  to: string[];
  secure: boolean;
  user: string;
}

async function mailServer(options: SMTPServerOptions = {}): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // At its end, what a test left hanging is cut.
    closeTimeout: 20,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username ?? '' }) : done(new Error('Invalid username or password')),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const raw = Buffer.concat(parts).toString();
        received.push({ raw, to, secure: session.secure, user: String(session.user ?? '') });
        done(null, 'queued as 4711' as never);
      });
    },
    ...options,
  });
  servers.push(server);
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.server.address() as AddressInfo).port, received };
}

const options = (port: number, change: Partial<EmailOptions> = {}): EmailOptions => ({
  host: '127.0.0.1',
  port,
  encryption: 'starttls',
  anyCertificate: true,
  from: 'IOC <ioc@example.gov.vn>',
  user: null,
  password: null,
  ...change,
});
const send = (): SendOptions => ({
  signal: AbortSignal.timeout(60_000),
  hub: 'https://ioc.example.gov.vn',
  token: 'TOKEN',
  progress: null,
});
const to = (address = 'thao@example.gov.vn') => ({ recipient: 'thao', group: false, address, browsers: [] });

/** Parts of a MIME message, decoded. */
function decoded(raw: string): string {
  return raw
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/(=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('=', ''), 'hex').toString());
}

test('a real server gets the message by STARTTLS, signed in, as text and HTML, under the id of the notification', async () => {
  const { port, received } = await mailServer();
  const message = sampleMessage();
  const channel = email(options(port, { user: 'ioc', password: 'right' }));
  expect(await channel.send(message, to(), send())).toEqual({ ok: true, receipt: '250 queued as 4711' });
  const [mail] = received;
  expect(mail).toMatchObject({ to: ['thao@example.gov.vn'], secure: true, user: 'ioc' });
  const raw = mail?.raw ?? '';
  expect(raw).toContain(`Message-ID: <${message.id}@example.gov.vn>`);
  expect(raw).toMatch(/In-Reply-To: <[0-9a-f]{32}@example\.gov\.vn>/);
  expect(raw).toMatch(/References: <[0-9a-f]{32}@example\.gov\.vn>/);
  expect(raw).toContain('Auto-Submitted: auto-generated');
  expect(raw).toMatch(/Content-Type: multipart\/alternative/);
  const text = decoded(raw);
  expect(text).toContain('https://ioc.example.gov.vn/a#TOKEN');
  expect(text).toContain('#12 Khẩn cấp: Mực nước vượt báo động 3');
  // Nothing of a title becomes markup, and nothing is fetched from outside.
  expect(text).toContain('&lt;Bến Lức&gt; &amp; 2 trạm');
  expect(text).not.toMatch(/<img|<script|<link|url\(/);
  await channel.send(sampleMessage(), to(), send());
  const thread = /In-Reply-To: (\S+)/.exec(raw)?.[1] ?? '-';
  expect(received[1]?.raw).toContain(thread);
});

test('what is said before the recipient counts against the server, after it against the recipient', async () => {
  const code = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });
  const { port, received } = await mailServer({
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('full')
        ? done(code(452, 'full'))
        : address.startsWith('no')
          ? done(code(550, 'none'))
          : done(),
  });
  const channel = email(options(port));
  const failure = (again: boolean, fault: string) => expect.objectContaining({ ok: false, again, fault });
  expect(await channel.send(sampleMessage(), to('full@example.vn'), send())).toEqual(failure(true, 'recipient'));
  expect(await channel.send(sampleMessage(), to('no@example.vn'), send())).toEqual(failure(false, 'recipient'));
  expect(await channel.send(sampleMessage(), to(''), send())).toEqual(failure(false, 'recipient'));
  const wrong = email(options(port, { user: 'ioc', password: 'wrong-secret' }));
  const refused = await wrong.send(sampleMessage(), to(), send());
  expect(refused).toEqual(failure(true, 'refused'));
  expect(JSON.stringify(refused)).not.toContain('wrong-secret');
  // A certificate that nobody vouches for is not taken unless that is set.
  const strict = email(options(port, { anyCertificate: false }));
  expect(await strict.send(sampleMessage(), to(), send())).toMatchObject({ ok: false, again: true });
  expect(received).toEqual([]);
});

test('a server without TLS gets nothing where it is asked for; one that hangs or is away does not hold up', async () => {
  const plain = await mailServer({ disabledCommands: ['STARTTLS'] });
  expect(await email(options(plain.port)).send(sampleMessage(), to(), send())).toMatchObject({ ok: false });
  expect(plain.received).toEqual([]);
  expect(await email(options(plain.port, { encryption: 'none' })).send(sampleMessage(), to(), send())).toMatchObject({
    ok: true,
  });
  const hangs = await mailServer({ onConnect: () => undefined });
  const soon = { ...send(), signal: AbortSignal.timeout(100) };
  expect(await email(options(hangs.port)).send(sampleMessage(), to(), soon)).toMatchObject({ ok: false, again: true });
  expect(await email(options(plain.port)).check?.(AbortSignal.timeout(60_000))).toBeNull();
  const gone = email(options(1));
  expect(await gone.send(sampleMessage(), to(), send())).toMatchObject({
    ok: false,
    again: true,
    fault: 'unreachable',
  });
  expect(await gone.check?.(AbortSignal.timeout(60_000))).toMatch(/ECONNREFUSED/);
});
