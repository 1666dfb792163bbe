import type {
  Choices,
  AlertSettings,
  ChannelKind,
  OnCallFault,
  Person,
  PersonRole,
  Policy,
  Schedule,
  Target,
} from '#libs/contracts';
import { ApiError, call } from '../../api.js';
import { choices } from '../choices.js';
import type { Names } from './words.js';

export type Versioned<T> = T & { version: number };
export type Colleague = Pick<Person, 'login' | 'name' | 'role' | 'phone'>;

export interface Shift {
  person: string | null;
  layer: number | 'override' | null;
  from: number;
  to: number;
}

export interface StepNow {
  after: number;
  people: { login: string; name: string; phone: string | null; channels: string[] }[];
  groups: string[];
  missed: { target: Target; why: string }[];
}

interface Now {
  at: number;
  schedules: {
    id: string;
    name: string;
    person: { login: string; name: string; phone: string | null } | null;
    layer: number | 'override' | null;
    until: number | null;
  }[];
  policies: { id: string; name: string; steps: StepNow[] }[];
  fallback: StepNow[];
  channels: { id: string; kind: ChannelKind; name: string }[];
}

/** All that the page shows. */
export interface Model {
  me: { name: string; role: PersonRole };
  now: Now;
  schedules: Versioned<Schedule>[];
  policies: Versioned<Policy>[];
  settings: Versioned<AlertSettings>;
  people: Colleague[];
  names: Names;
  /** Names of the codes that routes are written with. */
  choices: Choices;
  /** Everything wrong with the setup now; paths begin with `/schedules/<id>`, `/policies/<id>` or `/settings`. */
  faults: OnCallFault[];
}

export async function loadModel(): Promise<Model> {
  const [me, now, schedules, policies, settings, people, faults, known] = await Promise.all([
    call<Model['me']>('GET', '/v1/me'),
    call<Now>('GET', '/v1/on-call/now'),
    call<{ schedules: Model['schedules'] }>('GET', '/v1/schedules'),
    call<{ policies: Model['policies'] }>('GET', '/v1/policies'),
    call<Model['settings']>('GET', '/v1/alert-settings'),
    call<{ people: Colleague[] }>('GET', '/v1/people/names'),
    call<{ faults: OnCallFault[] }>('POST', '/v1/on-call/check', {}).catch(leaderMayNot),
    choices(),
  ]);
  const names: Names = {
    people: new Map(people.people.map(({ login, name }) => [login, name])),
    schedules: new Map(schedules.schedules.map(({ id, name }) => [id, name])),
    channels: new Map(now.channels.map(({ id, name }) => [id, name])),
    groups: new Map(now.channels.filter(({ kind }) => kind === 'webhook').map(({ id, name }) => [id, name])),
  };
  return { me, now, ...schedules, ...policies, settings, ...people, names, choices: known, ...faults };
}

/** Faults are for those who can mend them. */
function leaderMayNot(error: unknown): { faults: OnCallFault[] } {
  if (error instanceof ApiError && error.status === 403) return { faults: [] };
  throw error;
}

/** Faults of one part, with paths into it. */
export const faultsWithin = (faults: readonly OnCallFault[], prefix: string): OnCallFault[] =>
  faults
    .filter(({ path }) => path.startsWith(`${prefix}/`))
    .map((fault) => ({ ...fault, path: fault.path.slice(prefix.length) }));
