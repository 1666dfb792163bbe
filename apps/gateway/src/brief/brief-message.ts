import { DAY_MS, type Brief, type Message } from '#libs/contracts';
import { briefName } from './choose-lines.js';

/** Lines of each part that a message carries; the page tells the rest. */
const MOST_TOLD = 3;

/** A brief as the message of one notification, in the language of its recipient. */
export function messageOf(brief: Brief, id: string, language: 'vi' | 'en'): Message {
  const midnight = Date.parse(`${brief.day}T00:00:00+07:00`);
  const lines = brief.parts
    .filter(({ lines }) => lines.length > 0)
    .map(({ title, lines, more }) => {
      const told = lines.slice(0, MOST_TOLD).map(({ name, value, note }) => {
        const text = [value?.[language], note?.[language]].filter((one) => one !== undefined && one !== '');
        return `${name[language]}${text.length > 0 ? `: ${text.join(' · ')}` : ''}`;
      });
      const rest = lines.length + more - told.length;
      return `${title[language]}: ${told.join('; ')}${rest > 0 ? ` (+${rest})` : ''}.`;
    });
  return {
    id,
    kind: 'brief',
    severity: 'information',
    language,
    subject: `${briefName(brief.day)[language]}: ${brief.headline[language]}`,
    lines,
    alerts: [],
    total: 0,
    path: `/brief?day=${brief.day}`,
    mayAcknowledge: false,
    topic: 'brief',
    at: brief.at,
    expiresAt: midnight + DAY_MS,
  };
}
