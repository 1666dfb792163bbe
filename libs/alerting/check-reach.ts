import type { OnCallFault, Target } from '#libs/contracts';
import { type OnCallWorld, warning } from './fault.js';
import { isOnlyInApp } from './recipients.js';

/** People that one warning names. */
const NAMED = 3;

/** People whom targets mean and whom messages reach only while they have a page of the hub open. */
export function onlyInApp(path: string, targets: readonly Target[], world: OnCallWorld): OnCallFault[] {
  return targets.flatMap((target, i) => {
    const logins = [...new Set(loginsOf(target, world))].filter((login) => isOnlyInApp(login, world));
    if (logins.length === 0) return [];
    const named = logins.slice(0, NAMED).join(', ');
    const more = logins.length - NAMED;
    const vi = `${named}${more > 0 ? ` và ${more} người khác` : ''} chỉ được báo trong ứng dụng, khi đang mở trang: hãy thêm kênh khác.`;
    const en = `${named}${more > 0 ? ` and ${more} more` : ''}: told in the application only, while a page is open. Add another channel.`;
    return [warning(`${path}/${i}`, vi, en)];
  });
}

/** Everybody whom a target may mean at some time. */
function loginsOf(target: Target, { people, schedules }: OnCallWorld): string[] {
  if ('channel' in target) return [];
  if ('person' in target) return [target.person];
  if ('role' in target) return people.filter(({ role }) => role === target.role).map(({ login }) => login);
  const schedule = schedules.find(({ id }) => id === target.schedule);
  if (!schedule) return [];
  return [...schedule.layers.flatMap((layer) => layer.people), ...schedule.overrides.map(({ person }) => person)];
}
