import { compose, type Ends, type IsHoliday, type IsUnitWithin, type Solver } from '#libs/alerting';
import type { NotificationView, Text } from '#libs/contracts';
import {
  type Addressee,
  type AlertSetup,
  alertsById,
  type EndCounts,
  type News,
  queueMessages,
  type TellingGroup,
} from '#libs/persistence';
import type pg from 'pg';
import { worstOf } from './worst-of.js';

/** What telling goes by. */
export interface TellingWorld {
  setup: AlertSetup;
  isHoliday: IsHoliday;
  within: IsUnitWithin;
  /** What an agency is called. */
  agencyName: (code: string) => Text | undefined;
}

/** One message, and to whom it goes. */
export interface About {
  kind: NotificationView['kind'];
  to: readonly Addressee[];
  /** Of each alert one. */
  news: readonly News[];
  /** Ends among what has happened to them. */
  ends?: readonly News[];
  /** Of a message about ends: how many of each kind are new to whom, by id of the notification. */
  counts?: ReadonlyMap<string, EndCounts>;
  /** How many alerts it is about, where that is more than are given. */
  total?: number;
}

const AGAIN: Text = {
  vi: 'Đã được báo là xử lý xong nhưng điều kiện vẫn còn (%n cảnh báo).',
  en: 'Said to be solved, and the condition still holds (alerts: %n).',
};

/** Puts a message about alerts of a locked group into the queue of each channel, in the language of each recipient. */
export async function queueAbout(
  client: pg.ClientBase,
  world: TellingWorld,
  group: TellingGroup,
  { kind, to, news, ends = [], counts, total = news.length }: About,
  now: number,
): Promise<void> {
  if (to.length === 0) return;
  const { setup } = world;
  const worst = worstOf(news);
  const known = new Map((await alertsById(client, worst)).map((line) => [line.id, line]));
  // What is said of one that lasts is how it stands now.
  const lines = worst
    .flatMap((id) => known.get(id) ?? [])
    .map((line) => (kind === 'resolved' || !line.latest ? line : { ...line, value: line.latest.value }))
    .map((line) => ({ ...line, agencyName: line.agency ? agencyOf(world, line.agency) : null }));
  const over = news.filter((one) => one.over).map(({ alert }) => alert);
  const languages = new Map(setup.people.map(({ login, language }) => [login, language]));
  const common = {
    kind,
    severity: group.severity,
    alerts: lines,
    ended: over.length,
    at: now,
    solver: solverOf(ends, setup),
  };
  const again = news.filter((one) => one.again).length;
  const messages = to.map((each) => {
    const person = languages.get(each.recipient);
    const said = again === 0 ? [] : [AGAIN[person ?? 'vi'].replace('%n', String(again))];
    const own = counts?.get(each.id);
    const message = compose({
      ...{ ...common, said, id: each.id, language: person ?? 'vi', ends: own ?? endsOf(over, ends) },
      total: own ? sumOf(own) : total,
      group: kind === 'digest' ? null : group.id,
      mayAcknowledge: person !== undefined && kind !== 'resolved' && kind !== 'digest' && over.length < total,
    });
    return { to: each, kind, message };
  });
  await queueMessages(client, group.id, messages, now);
}

const agencyOf = (world: TellingWorld, code: string): Text => world.agencyName(code) ?? { vi: code, en: code };

const sumOf = (ends: Ends): number => Object.values(ends).reduce((sum, n) => sum + n, 0);

/** Why these alerts are over, by the last that was said of each. */
function endsOf(over: readonly string[], ends: readonly News[]): Ends {
  const last = new Map(ends.map(({ alert, why }) => [alert, why]));
  const counts: Ends = {};
  for (const alert of over) {
    const why = last.get(alert) ?? 'unknown';
    counts[why] = (counts[why] ?? 0) + 1;
  }
  return counts;
}

/** Who said of all that are solved that they are, with the same words; null: several did, or nobody. */
function solverOf(ends: readonly News[], { people }: AlertSetup): Solver | null {
  const solved = ends.filter(({ by }) => typeof by === 'string');
  const [first] = solved;
  if (!first?.by || solved.some(({ by, comment }) => by !== first.by || comment !== first.comment)) return null;
  const name = people.find(({ login }) => login === first.by)?.name;
  return { name: name || first.by, comment: first.comment ?? null };
}
