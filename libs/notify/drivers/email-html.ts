import { type Message, type MessageAlert, type Severity, SEVERITY_NAMES } from '#libs/contracts';
import { linkOf, momentOf, pageOf, WORDS, wordOf } from '../dress.js';

/** Dark enough for white letters on them (WCAG AA). */
const COLOURS: Record<Severity, string> = {
  information: '#1a5dab',
  warning: '#815a00',
  serious: '#ab4700',
  critical: '#b9121b',
};
const CELL = 'padding:8px 12px 8px 0;border-top:1px solid #d5dce4;vertical-align:top;text-align:left';

/**
 * The message for clients that show HTML: one column, tables and inline styles, no picture, no script, no style sheet, so
 * that Outlook and phones of any age show it, and nothing is fetched from outside.
 */
export function htmlOf(message: Message, { hub, token }: { hub: string; token: string | null }): string {
  const colour = COLOURS[message.severity];
  const others = message.total - message.alerts.length;
  const word = (text: { vi: string; en: string }): string => escape(wordOf(text, message));
  const button =
    token === null
      ? ''
      : `<p style="margin:24px 0"><a href="${escape(linkOf(hub, token))}" style="display:inline-block;background:${colour};color:#ffffff;padding:14px 24px;border-radius:6px;font-weight:bold;text-decoration:none">${word(WORDS.acknowledge)}</a></p>`;
  return `<!doctype html>
<html lang="${message.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(message.subject)}</title></head>
<body style="margin:0;background:#ffffff;color:#131c27;font-family:Arial,Helvetica,sans-serif;font-size:17px;line-height:1.45">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td style="padding:16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px">
<tr><td style="background:${colour};color:#ffffff;padding:12px 16px;font-weight:bold">${word(SEVERITY_NAMES[message.severity])}</td></tr>
<tr><td style="padding:8px 0"><h1 style="font-size:22px;margin:8px 0">${escape(message.subject)}</h1>
${message.lines.map((line) => `<p style="margin:8px 0">${escape(line).replaceAll('\n', '<br>')}</p>`).join('\n')}
${message.alerts.length === 0 ? '' : `<table cellpadding="0" cellspacing="0" style="width:100%;margin-top:12px">${message.alerts.map((alert) => rowOf(alert, message)).join('')}</table>`}
${others > 0 ? `<p>${word(WORDS.others).replace('%n', String(others))}</p>` : ''}
${button}
<p><a href="${escape(pageOf(hub, message))}" style="color:#1a5dab">${word(WORDS.more)}</a></p>
</td></tr></table></td></tr></table></body></html>`;
}

function rowOf(alert: MessageAlert, message: Message): string {
  const about = [alert.place, alert.value, `${wordOf(WORDS.since, message)} ${momentOf(alert.since, message)}`];
  const colour = COLOURS[alert.severity];
  return `<tr><td style="${CELL};color:${colour};font-weight:bold;white-space:nowrap">#${alert.number} ${escape(wordOf(SEVERITY_NAMES[alert.severity], message))}</td>
<td style="${CELL}"><b>${escape(alert.title)}</b><br>${escape(about.filter((part) => part !== null && part !== '').join(' · '))}</td></tr>`;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
