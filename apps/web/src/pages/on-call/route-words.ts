import { type Choices, type Route, SEVERITY_NAMES } from '#libs/contracts';
import { say } from '../../language.js';
import { nameOfChoice } from '../choices.js';
import { DAYS } from './words.js';

/** Which alerts go by a route, by the names of its codes; a code that has none here stays. */
export function routeWords({ severities, hours, ...codes }: Route, choices: Choices): string {
  const days = hours?.days.map((day) => (DAYS[day - 1] ? say(DAYS[day - 1] as (typeof DAYS)[number]) : '')).join(' ');
  const named = (kind: 'sectors' | 'units' | 'rules' | 'agencies'): string | undefined =>
    codes[kind]?.map((code) => nameOfChoice(choices[kind], code)).join(', ');
  const [sectors, units, rules, agencies] = [named('sectors'), named('units'), named('rules'), named('agencies')];
  const parts = [
    severities?.map((each) => say(SEVERITY_NAMES[each])).join(', '),
    sectors && say({ vi: `lĩnh vực ${sectors}`, en: `sectors ${sectors}` }),
    units && say({ vi: `đơn vị ${units}`, en: `units ${units}` }),
    rules && say({ vi: `quy tắc ${rules}`, en: `rules ${rules}` }),
    agencies && say({ vi: `cơ quan ${agencies}`, en: `agencies ${agencies}` }),
    hours && `${days} ${hours.from}–${hours.to}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? say({ vi: 'mọi cảnh báo', en: 'every alert' }) : parts.join(' · ');
}
