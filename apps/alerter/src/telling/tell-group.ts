import { randomUUID } from 'node:crypto';
import {
  groupDue,
  isDigested,
  isRouted,
  nextDigest,
  planStep,
  policyOf,
  quietUntil,
  reach,
  routeOf,
} from '#libs/alerting';
import type { NotificationView, Policy, Severity, Target } from '#libs/contracts';
import {
  type Addressee,
  addresseesOf,
  decide,
  decideForTold,
  ends,
  endsIn,
  factsOf,
  isLost,
  lockAlike,
  lockDueGroup,
  markUnreachable,
  type News,
  newsOf,
  noteOnGroup,
  opens,
  saveGroup,
  type TellingGroup,
  unanswered,
  whoWasTold,
} from '#libs/persistence';
import type pg from 'pg';
import { type About, queueAbout, type TellingWorld } from './queue-about.js';

/** What came of it: messages by kind, and alerts of which the history says something new. */
export interface Told {
  messages: NotificationView['kind'][];
  alerts: string[];
}

/** Changes that one message is about at most; the rest waits for the next. */
const NEWS = 5_000;
/** Groups that share a digest at most. */
const DIGESTED = 200;
/** When nobody at all can be reached it is tried again after this. */
const NOBODY_MS = 60_000;

/**
 * Tells what is due of one group, in the caller's transaction: what is new, then, where nobody has answered in time, the
 * next step or a reminder. Every decision is a row of `notification_item`, written with the group's progress. Null: no
 * group is due.
 */
export async function tellDueGroup(
  client: pg.ClientBase,
  world: TellingWorld,
  now: number,
  only: Severity | null,
): Promise<Told | null> {
  const group = await lockDueGroup(client, now, only);
  return group && new GroupTelling(client, world, group, now).tell();
}

class GroupTelling {
  private policy: Policy | null = null;

  constructor(
    private readonly client: pg.ClientBase,
    private readonly world: TellingWorld,
    private readonly group: TellingGroup,
    private readonly now: number,
    private readonly told: Told = { messages: [], alerts: [] },
  ) {}

  async tell(): Promise<Told> {
    const { client, group, now } = this;
    const news = group.dueAt !== null && group.dueAt <= now ? await newsOf(client, group, NEWS) : [];
    const opening = news.filter((one) => opens(one) && !one.muted);
    if (opening.length > 0) await this.restart();
    const policy = await this.policyFor(news);
    if (policy && news.length > 0) await this.tellNews(policy, news, opening);
    else if (group.dueAt !== null && group.dueAt <= now) group.dueAt = null;
    if (policy && group.escalateAt !== null && group.escalateAt <= now) await this.escalate(policy);
    await saveGroup(client, group, now);
    return this.told;
  }

  /** Everything before was answered, has ended or is muted: what is new climbs from the first step, by its own clock. */
  private async restart(): Promise<void> {
    const { client, group, now } = this;
    // At step 0 it has begun anew already: to begin again at each digest would put it off to the next one for ever.
    if (group.toldAt === null || group.step === 0) return;
    if ((await unanswered(client, group, 1)).total > 0) return;
    // Alerts that are told together are so because of their policy; what stands alone may be routed otherwise by now.
    const policy = isRouted(group) ? group.policy : '';
    Object.assign(group, { step: 0, reminders: 0, openedAt: now, escalateAt: null, policy });
  }

  private async policyFor(news: readonly News[]): Promise<Policy | null> {
    const { client, group, now } = this;
    const { setup, within } = this.world;
    if (this.policy) return this.policy;
    if (group.policy === '') {
      const facts = news[0] ? await factsOf(client, news[0].alert) : null;
      if (!facts) return null;
      group.policy = routeOf(facts, setup.settings, within, now).policy;
    }
    return (this.policy = policyOf(group.policy, setup.policies, setup.settings));
  }

  private async tellNews(policy: Policy, news: readonly News[], opening: readonly News[]): Promise<void> {
    const { group, now } = this;
    // Only what opens something cannot wait for quiet hours and digests to pass: their times are those of its first step.
    const first = group.step === 0 && opening.length > 0;
    const quiet = first ? null : quietUntil(policy, group.severity, now);
    if (quiet !== null) return void (group.dueAt = quiet);
    // What reached nobody waits for no digest.
    const heard = await this.tellFallback(news);
    if (!news.some((one) => !isLost(one))) return heard ? this.passed(news) : void (group.dueAt = now + NOBODY_MS);
    const gathers = first ? null : this.nextDigest(policy);
    if (gathers !== null) return void (group.dueAt = gathers);
    if (!first && isDigested(policy, group.severity)) return this.digest(policy, this.targetsSoFar(policy), news);
    if (first) {
      const plan = planStep(policy, group, now);
      if (plan.kind !== 'step') return void (group.dueAt = plan.nextAt ?? now + NOBODY_MS);
      if (isDigested(policy, group.severity)) return this.digest(policy, plan.targets, news);
      const reached = await this.tellOpening('alert', plan.targets, news, opening);
      if (!reached) return void (group.dueAt = now + NOBODY_MS);
      Object.assign(group, { step: plan.step, escalateAt: plan.nextAt });
    } else {
      await this.tellEnding(endsIn(news));
      if (opening.length > 0) {
        const reached = await this.tellOpening('alert', this.targetsSoFar(policy), news, opening);
        if (!reached) return void (group.dueAt = now + NOBODY_MS);
        this.askAgain(policy);
      }
    }
    this.passed(news);
  }

  /** Where nothing more was to follow for those before, reminders begin anew for what has come. */
  private askAgain(policy: Policy): void {
    const { group, now } = this;
    if (group.escalateAt !== null) return;
    group.reminders = 0;
    const plan = planStep(policy, { ...group, toldAt: now }, now);
    group.escalateAt = plan.kind === 'step' ? now : plan.nextAt;
  }

  /** Digests hold back what follows the first message, too. */
  private nextDigest(policy: Policy): number | null {
    const { group, now } = this;
    if (!isDigested(policy, group.severity)) return null;
    const next = nextDigest(policy, group.toldAt ?? group.openedAt);
    return next !== null && next > now ? next : null;
  }

  /** What is told counts as told up to its last change. */
  private passed(news: readonly News[]): void {
    const { group, now, world } = this;
    group.toldSeq = news.at(-1)?.seq ?? group.toldSeq;
    if (this.told.messages.length > 0) group.toldAt = now;
    group.dueAt = news.length < NEWS ? null : groupDue(now, world.setup.settings.groupSeconds, now);
  }

  private targetsSoFar(policy: Policy): Target[] {
    return policy.steps.slice(0, Math.max(1, this.group.step)).flatMap(({ to }) => to);
  }

  /** Who fires and ends while it waits is told once, with how many have ended. False: nobody can be reached at all. */
  private async tellOpening(
    kind: NotificationView['kind'],
    targets: readonly Target[],
    news: readonly News[],
    opening: readonly News[],
  ): Promise<boolean> {
    const to = await this.addressees(targets, opening[0]?.alert ?? '');
    if (to.length === 0) return false;
    const counts = await decide(this.client, opening, to);
    const fresh = to.filter(({ id }) => counts.has(id));
    // Its end is in the same message.
    await decideForTold(this.client, endsIn(news), to);
    const alerts = [...new Map(opening.map((one) => [one.alert, one])).values()];
    await this.queue({ kind, to: fresh, news: alerts, ends: endsIn(news) });
    return true;
  }

  private async tellEnding(ending: readonly News[]): Promise<void> {
    if (ending.length === 0) return;
    const ids = ending.map(({ alert }) => alert);
    const to = (await whoWasTold(this.client, ids)).map((each) => ({ ...each, id: randomUUID() }));
    const counts = await decideForTold(this.client, ending, to);
    const alerts = [...new Map(ending.map((one) => [one.alert, one])).values()];
    await this.queue({
      kind: 'resolved',
      to: to.filter(({ id }) => counts.has(id)),
      news: alerts,
      ends: ending,
      counts,
    });
  }

  /** Every message about these was lost: whoever is to hear of what reaches nobody hears of them, once. False: there is nobody. */
  private async tellFallback(news: readonly News[]): Promise<boolean> {
    const lost = news.filter(isLost);
    if (lost.length === 0) return true;
    const to = await this.addressees(this.world.setup.settings.fallback, lost[0]?.alert ?? '');
    const counts = await decide(this.client, lost, to);
    await this.queue({ kind: 'escalation', to: to.filter(({ id }) => counts.has(id)), news: lost });
    return to.length > 0;
  }

  private async escalate(policy: Policy): Promise<void> {
    const { client, group, now } = this;
    const { ids, total } = await unanswered(client, group, 20);
    const [worst] = ids;
    if (worst === undefined) return void (group.escalateAt = null);
    const plan = planStep(policy, group, now);
    if (plan.kind === 'wait') return void (group.escalateAt = plan.nextAt);
    const to = await this.addressees(plan.targets, worst);
    // A step that reaches nobody is not told: it comes again.
    if (to.length === 0) return void (group.escalateAt = now + NOBODY_MS);
    group.escalateAt = plan.nextAt;
    const kind = plan.kind === 'step' ? 'escalation' : 'reminder';
    const note = plan.kind === 'step' ? 'escalated' : 'reminded';
    const seq = await noteOnGroup(client, group.id, worst, note, { step: plan.step, alerts: total }, now);
    group.step = plan.step;
    if (plan.kind === 'remind') group.reminders++;
    await decide(client, [{ seq, alert: worst }], to);
    const asNews = ids.map((alert): News => {
      return { seq, alert, kind: note, severity: group.severity, over: false, muted: false };
    });
    await this.queue({ kind, to, news: asNews, total });
    group.toldAt = now;
    this.told.alerts.push(worst);
  }

  /** One message for everything that waits for the same digest. */
  private async digest(policy: Policy, targets: readonly Target[], news: readonly News[]): Promise<void> {
    const { client, group, now } = this;
    const severities = policy.digest?.severities ?? [];
    const others = await lockAlike(client, group, severities, now, DIGESTED);
    const parts = [{ group, news }];
    for (const other of others) {
      const own = await newsOf(client, other, NEWS);
      // Of what reached nobody it is told by itself; where that cannot be yet, so is all of it.
      const alone = new GroupTelling(client, this.world, other, now, this.told);
      if (await alone.tellFallback(own)) parts.push({ group: other, news: own });
    }
    const to = await this.addressees(targets, news[0]?.alert ?? '');
    if (to.length === 0) return void (group.dueAt = now + NOBODY_MS);
    const all = parts.flatMap((part) => part.news).filter((one) => !one.muted && (opens(one) || ends(one)));
    const ending = endsIn(all);
    const opened = await decide(client, all.filter(opens), to);
    const ended = await decideForTold(client, ending, to);
    const alerts = [...new Map(all.map((one) => [one.alert, one])).values()];
    const fresh = to.filter(({ id }) => opened.has(id) || ended.has(id));
    await this.queue({ kind: 'digest', to: fresh, news: alerts, ends: ending });
    // Who was told of it before and is not told of anything new.
    await this.tellEnding(ending);
    for (const part of parts) {
      const { news: own } = part;
      const seq = own.at(-1)?.seq ?? part.group.toldSeq;
      // What one message does not hold is in the next.
      const dueAt = own.length < NEWS ? null : now;
      Object.assign(part.group, { step: 1, toldSeq: seq, toldAt: now, dueAt, escalateAt: null });
      if (part.group !== group) await saveGroup(client, part.group, now);
    }
  }

  /** People and group chats that targets mean now; where that is nobody, the fallback, and the alerts say so. */
  private async addressees(targets: readonly Target[], alert: string): Promise<Addressee[]> {
    const { client, group, now } = this;
    const { setup, isHoliday } = this.world;
    const { people, channels, schedules, settings } = setup;
    const directory = { people, channels, schedules, isHoliday };
    const found = reach(targets, settings.fallback, directory, group.severity, now);
    const nobody = found.people.length === 0 && found.groups.length === 0;
    if ((found.unreachable || nobody) && (await markUnreachable(client, group.id))) {
      await noteOnGroup(client, group.id, alert, 'unreachable', { missed: found.missed, fallback: !nobody }, now);
      this.told.alerts.push(alert);
    }
    return addresseesOf(found);
  }

  private async queue(about: About): Promise<void> {
    const { client, group, now, told, world } = this;
    await queueAbout(client, world, group, about, now);
    for (const _ of about.to) told.messages.push(about.kind);
  }
}
