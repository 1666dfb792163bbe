import {
  DAY_MS,
  FALLBACK,
  ROLE_NAMES,
  type AlertSettings,
  type OnCallFault,
  type Policy,
  type Target,
} from '#libs/contracts';
import { AGENCY_VALUES } from '#libs/sector-kit';
import { isTime, noTime } from './check-schedule.js';
import { localMoment, type OnCallWorld, error, unknownPerson, warning } from './fault.js';
import { quietUntil } from './policy.js';
import { localTime, momentOf, readTime } from './day-hours.js';
import { onlyInApp } from './check-reach.js';
import { isGroup } from './recipients.js';
import { hides } from './route.js';
import { shiftsOf } from './schedule.js';

/** How far ahead holes of the schedules behind a policy are looked for. */
const LOOK_DAYS = 366;

/**
 * What is wrong with a policy. Paths are JSON pointers into it.
 * @param at the moment from which its schedules are looked at
 */
export function faultsOfPolicy(policy: Policy, world: OnCallWorld, at: number): OnCallFault[] {
  const faults: OnCallFault[] = [];
  if (policy.id === FALLBACK) {
    faults.push(error('/id', `Mã “${FALLBACK}” dành riêng.`, `The id "${FALLBACK}" is taken by the hub itself.`));
  }
  if (policy.steps.length === 0) {
    faults.push(error('/steps', 'Chưa có bước nào: không ai được báo.', 'There is no step: it names no recipient.'));
  }
  for (const [i, { after, to }] of policy.steps.entries()) {
    const before = policy.steps[i - 1]?.after;
    if (before !== undefined && !(after > before)) {
      const [vi, en] = ['Bước sau phải muộn hơn bước trước.', 'A step must come later than the one before it.'];
      faults.push(error(`/steps/${i}/after`, vi, en));
    }
    const path = `/steps/${i}/to`;
    faults.push(
      ...faultsOfTargets(path, to, world),
      ...holesOfStep(path, to, world, at),
      ...onlyInApp(path, to, world),
    );
  }
  return [...faults, ...faultsOfQuietAndDigest(policy, at)];
}

/** What is wrong with routes, limits and the rest of the settings. Paths are JSON pointers into them. */
export function faultsOfSettings(settings: AlertSettings, world: OnCallWorld, at: number): OnCallFault[] {
  const faults = [
    ...faultsOfRoutes(settings, world),
    ...faultsOfTargets('/fallback', settings.fallback, world),
    ...holesOfStep('/fallback', settings.fallback, world, at),
    ...onlyInApp('/fallback', settings.fallback, world),
  ];
  for (const [severity, { respond, resolve }] of Object.entries(settings.limits)) {
    if (respond <= resolve) continue;
    const [vi, en] = [
      'Hạn xử lý phải sau hạn trả lời.',
      'It cannot be due to be solved before it is due to be answered.',
    ];
    faults.push(error(`/limits/${severity}/resolve`, vi, en));
  }
  if (settings.brief) {
    if (!isTime(settings.brief.at)) faults.push(noTime('/brief/at', settings.brief.at));
    faults.push(...faultsOfTargets('/brief/to', settings.brief.to, world));
  }
  return faults;
}

function faultsOfRoutes({ routes }: AlertSettings, world: OnCallWorld): OnCallFault[] {
  const faults: OnCallFault[] = [];
  const known = (path: string, values: readonly string[] | undefined, isKnown: (value: string) => boolean): void => {
    for (const [i, value] of (values ?? []).entries()) {
      if (!isKnown(value)) faults.push(error(`${path}/${i}`, `Không có “${value}”.`, `There is no "${value}".`));
    }
  };
  for (const [i, route] of routes.entries()) {
    const path = `/routes/${i}`;
    if (!world.policies.includes(route.policy)) {
      const [vi, en] = [`Không có chính sách “${route.policy}”.`, `There is no policy "${route.policy}".`];
      faults.push(error(`${path}/policy`, vi, en));
    }
    known(`${path}/sectors`, route.sectors, (sector) => world.sectors.includes(sector));
    known(`${path}/rules`, route.rules, world.isRule);
    known(`${path}/units`, route.units, world.isUnit);
    faults.push(...mergedUnits(`${path}/units`, route.units ?? [], world));
    for (const [n, agency] of (route.agencies ?? []).entries())
      if (!AGENCY_VALUES.fits(agency))
        faults.push(
          error(`${path}/agencies/${n}`, 'Mã cơ quan như H13 hoặc H13.25.', `It must be ${AGENCY_VALUES.hint}.`),
        );
    for (const name of ['from', 'to'] as const) {
      const time = route.hours?.[name];
      if (time !== undefined && !isTime(time)) faults.push(noTime(`${path}/hours/${name}`, time));
    }
    const hidden = routes.slice(0, i).findIndex((earlier) => hides(earlier, route, world.isUnitWithin));
    if (hidden < 0) continue;
    const [vi, en] = [
      `Không bao giờ tới tuyến này: tuyến ${hidden + 1} đã nhận hết.`,
      `It is never reached: route ${hidden + 1} takes all that it would.`,
    ];
    faults.push(warning(path, vi, en));
  }
  return faults;
}

/** Units that are no more: a route means those that took them over, which is more than they were. */
function mergedUnits(path: string, units: readonly string[], { mergedInto }: OnCallWorld): OnCallFault[] {
  return units.flatMap((unit, i) => {
    const into = mergedInto(unit).map(({ code, name }) => `${name} (${code})`);
    if (into.length === 0) return [];
    const [vi, en] = [
      `${unit} đã sáp nhập: tuyến áp dụng cho toàn bộ ${into.join(', ')}.`,
      `${unit} was merged away: the route holds for all of ${into.join(', ')}.`,
    ];
    return [warning(`${path}/${i}`, vi, en)];
  });
}

/** Targets that lead nowhere, and a list that names none. */
export function faultsOfTargets(path: string, targets: readonly Target[], world: OnCallWorld): OnCallFault[] {
  if (targets.length === 0) return [error(path, 'Chưa có người nhận.', 'It names no recipient.')];
  return targets.flatMap((target, i) => {
    const own = `${path}/${i}`;
    if ('person' in target) return unknownPerson(own, target.person, world);
    if ('schedule' in target) {
      return world.schedules.some(({ id }) => id === target.schedule)
        ? []
        : [error(own, `Không có lịch trực “${target.schedule}”.`, `There is no schedule "${target.schedule}".`)];
    }
    if ('channel' in target) return faultsOfChannel(own, target.channel, world);
    const { vi, en } = ROLE_NAMES[target.role];
    const empty = !world.people.some(({ role, disabled }) => role === target.role && !disabled);
    return empty ? [warning(own, `Chưa có ai giữ vai trò “${vi}”.`, `Nobody has the role "${en}" yet.`)] : [];
  });
}

function faultsOfChannel(path: string, id: string, { channels }: OnCallWorld): OnCallFault[] {
  const channel = channels.find((each) => each.id === id);
  if (!channel) return [error(path, `Không có kênh “${id}”.`, `There is no channel "${id}".`)];
  if (channel.kind !== 'webhook')
    return [
      error(path, `Kênh gửi “${id}” gửi cho từng người.`, `The channel "${id}" is for persons, not for a group.`),
    ];
  if (!isGroup(channel)) {
    const vi = `Kênh gửi “${id}” chưa đặt nhóm nhận (group): tin không đến được ai.`;
    return [error(path, vi, `The channel "${id}" names no group (its setting "group"): a message would reach nobody.`)];
  }
  return channel.disabled ? [warning(path, `Kênh gửi “${id}” đang tắt.`, `The channel "${id}" is switched off.`)] : [];
}

/** The first time at which nobody whom a step names is on call. Roles, persons and channels leave no hole. */
function holesOfStep(path: string, targets: readonly Target[], world: OnCallWorld, at: number): OnCallFault[] {
  if (targets.length === 0 || targets.some((target) => !('schedule' in target) && leads(target, world))) return [];
  const schedules = world.schedules.filter(({ id }) =>
    targets.some((target) => 'schedule' in target && target.schedule === id),
  );
  if (schedules.length === 0) return [];
  const to = at + LOOK_DAYS * DAY_MS;
  let gaps = [{ from: at, to }];
  for (const schedule of schedules) {
    const own = shiftsOf(schedule, at, to, world.isHoliday).filter(({ person }) => person === null);
    gaps = own.flatMap((gap) =>
      gaps
        .map((each) => ({ from: Math.max(each.from, gap.from), to: Math.min(each.to, gap.to) }))
        .filter((each) => each.from < each.to),
    );
  }
  const [first] = gaps;
  if (!first) return [];
  const [from, until] = [localMoment(first.from), localMoment(first.to)];
  const vi = `Không ai trực từ ${from} đến ${until}; khi đó người dự phòng được báo.`;
  return [warning(path, vi, `Nobody is on call from ${from} to ${until}; the fallback is told then.`)];
}

const leads = (target: Target, world: OnCallWorld): boolean => faultsOfTargets('', [target], world).length === 0;

function faultsOfQuietAndDigest(policy: Policy, at: number): OnCallFault[] {
  const faults: OnCallFault[] = [];
  const { quiet, digest } = policy;
  for (const name of ['from', 'to'] as const) {
    const time = quiet?.[name];
    if (time !== undefined && !isTime(time)) faults.push(noTime(`/quiet/${name}`, time));
  }
  if (quiet && quiet.from === quiet.to) {
    faults.push(error('/quiet/to', 'Giờ yên tĩnh phải có đầu và cuối khác nhau.', 'Quiet hours must end some time.'));
  }
  if (!digest) return faults;
  if (digest.severities.includes('critical')) {
    faults.push(error('/digest/severities', 'Mức khẩn cấp không được gom.', 'Critical alerts are never gathered.'));
  }
  if (digest.severities.length === 0) {
    faults.push(error('/digest/severities', 'Chưa chọn mức nào.', 'No severity is chosen.'));
  }
  if (digest.at.length === 0) faults.push(error('/digest/at', 'Chưa có giờ gửi.', 'It has no time of day.'));
  for (const [i, time] of digest.at.entries()) {
    if (!isTime(time)) faults.push(noTime(`/digest/at/${i}`, time));
    else if (faults.length === 0 && quietUntil(policy, 'information', momentOf(localTime(at).day, readTime(time)))) {
      const [vi, en] = [
        'Rơi vào giờ yên tĩnh: bản gom chờ đến hết.',
        'It falls into the quiet hours and waits for their end.',
      ];
      faults.push(warning(`/digest/at/${i}`, vi, en));
    }
  }
  return faults;
}
