import { createHash } from 'node:crypto';
import { type Message, NOT_SENT } from '#libs/contracts';
import { createTransport } from 'nodemailer';
import { type Channel, SEND_TIMEOUT_MS, type SendOptions, type SendResult } from '../channel.port.js';
import { plainText } from '../dress.js';
import { reach } from '../outward.js';
import { htmlOf } from './email-html.js';

export interface EmailOptions {
  host: string;
  port: number;
  /** `tls` from the first byte (465), `starttls` required before anything is said (587), `none` inside a trusted network only. */
  encryption: 'tls' | 'starttls' | 'none';
  /** The server's certificate need not be signed by somebody known; for a mail server of one's own. */
  anyCertificate: boolean;
  /** `Trung tâm điều hành <ioc@example.gov.vn>`. */
  from: string;
  user: string | null;
  password: string | null;
}

/** E-mail by SMTP. Mail servers of the house are usually inside, so that private addresses are allowed here. */
export function email(options: EmailOptions): Channel {
  const domain = /@([a-z0-9.-]+)>?\s*$/i.exec(options.from)?.[1] ?? 'ioc.invalid';
  return {
    send: (message, { address }, send) =>
      address === ''
        ? Promise.resolve({ ok: false, again: false, fault: 'recipient', reason: NOT_SENT.noAddress.en })
        : deliver(options, mailOf(message, address, domain, options.from, send), send.signal),
    check: (signal) => reach(options.host, options.port, { inside: true, timeoutMs: SEND_TIMEOUT_MS / 2, signal }),
  };
}

function mailOf(message: Message, to: string, domain: string, from: string, send: SendOptions) {
  // All messages of one topic are one conversation, whose first, never sent, is named by the topic.
  const thread = `<${createHash('sha256').update(message.topic).digest('hex').slice(0, 32)}@${domain}>`;
  const urgent = message.severity === 'critical';
  return {
    from,
    to,
    // It names the severity already, where there is one.
    subject: message.subject,
    text: plainText(message, send),
    html: htmlOf(message, send),
    ...(message.attachment ? { attachments: [fileOf(message.attachment)] } : {}),
    date: new Date(message.at),
    messageId: `<${message.id}@${domain}>`,
    inReplyTo: thread,
    references: [thread],
    headers: {
      // RFC 3834: no out-of-office answers.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': message.language,
      ...(urgent ? { Importance: 'high', 'X-Priority': '1' } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

const fileOf = ({ name, type, base64 }: NonNullable<Message['attachment']>) => ({
  filename: name,
  contentType: type,
  content: Buffer.from(base64, 'base64'),
});

async function deliver(
  options: EmailOptions,
  mail: ReturnType<typeof mailOf>,
  signal: AbortSignal,
): Promise<SendResult> {
  const { host, port, encryption, anyCertificate, user, password } = options;
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: { rejectUnauthorized: !anyCertificate, minVersion: 'TLSv1.2' },
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: SEND_TIMEOUT_MS / 2,
    greetingTimeout: SEND_TIMEOUT_MS / 2,
    socketTimeout: SEND_TIMEOUT_MS,
    dnsTimeout: SEND_TIMEOUT_MS / 2,
  });
  const close = (): void => transport.close();
  try {
    const sent = await endedBy(signal, transport.sendMail(mail));
    return { ok: true, receipt: sent.response.slice(0, 200) };
  } catch (error) {
    return failure(error as SmtpError);
  } finally {
    close();
  }
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
  command?: string;
}

const NEVER_THERE = ['ECONNECTION', 'EDNS', 'ESOCKET', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ETLS'];

/** 4xx passes (RFC 5321, 4.2.1), 5xx does not. After RCPT or DATA it is about this person or message, before that about the server. */
function failure(error: SmtpError): SendResult {
  const { code, responseCode, command } = error;
  const reason = error.message.replaceAll(/\s+/g, ' ').slice(0, 200);
  if (
    responseCode !== undefined &&
    (code === 'EENVELOPE' || code === 'EMESSAGE') &&
    /RCPT|DATA|API/.test(command ?? '')
  ) {
    return { ok: false, again: responseCode < 500, fault: 'recipient', reason };
  }
  if (code === 'EENVELOPE' && responseCode === undefined)
    return { ok: false, again: false, fault: 'recipient', reason };
  const there = responseCode !== undefined || code === 'EAUTH' || !NEVER_THERE.includes(code ?? '');
  return { ok: false, again: true, fault: there ? 'refused' : 'unreachable', reason };
}

/** The library has no way to end a try; it is left to its own timeouts then. */
function endedBy<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return new Promise((done, fail) => {
    const end = (): void => fail(Object.assign(new Error('no answer in time'), { code: 'EABORT' }));
    if (signal.aborted) return end();
    signal.addEventListener('abort', end, { once: true });
    work.then(done, fail).finally(() => signal.removeEventListener('abort', end));
  });
}
