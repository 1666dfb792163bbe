import { onCall, recipientsOf, shiftsOf, type Missed } from '#libs/alerting';
import { DAY_MS, type ChannelKind, type Policy, type Schedule, type Target } from '#libs/contracts';
import type { NamedDirectory } from '#libs/persistence';

/** A person as others see him who must reach him. */
export interface Reachable {
  login: string;
  name: string;
  phone: string | null;
}

/** Whom a step would tell now. */
export interface StepNow {
  /** Seconds. */
  after: number;
  people: (Reachable & { channels: string[] })[];
  groups: string[];
  missed: { target: Target; why: Missed }[];
}

export interface NowView {
  /** Epoch ms, as `until`. */
  at: number;
  schedules: {
    id: string;
    name: string;
    person: Reachable | null;
    /** Index of the layer that decides; null: nobody is on call. */
    layer: number | 'override' | null;
    /** When that changes; null: not within a week. */
    until: number | null;
  }[];
  policies: { id: string; name: string; steps: StepNow[] }[];
  fallback: StepNow[];
  /** Names of the channels; a webhook may be told itself, as a group chat. */
  channels: { id: string; kind: ChannelKind; name: string }[];
}

/** How far the next change is looked for. */
const LOOK_MS = 7 * DAY_MS;

function reachable(login: string, { people }: NamedDirectory): Reachable {
  const person = people.find((each) => each.login === login);
  return { login, name: person?.name ?? login, phone: person?.phone ?? null };
}

export function scheduleNow(schedule: Schedule, directory: NamedDirectory, at: number): NowView['schedules'][number] {
  const { person, layer } = onCall(schedule, at, directory.isHoliday);
  const [shift] = shiftsOf(schedule, at, at + LOOK_MS, directory.isHoliday);
  const until = shift && shift.to < at + LOOK_MS ? shift.to : null;
  const { id, name } = schedule;
  return { id, name, person: person === null ? null : reachable(person, directory), layer, until };
}

export function stepsNow(policy: Policy, directory: NamedDirectory, at: number): NowView['policies'][number] {
  const steps = policy.steps.map(({ after, to }): StepNow => {
    const { people, groups, missed } = recipientsOf(to, directory, 'critical', at);
    const named = people.map(({ login, ways }) => ({
      ...reachable(login, directory),
      channels: ways.map(({ channel }) => channel),
    }));
    return { after, people: named, groups, missed };
  });
  return { id: policy.id, name: policy.name, steps };
}
