import type { EntityManager } from 'typeorm';

export type { Taken } from './outbox.js';

/** Kinds of notifications that ask somebody to look after an alert. */
export const ASKING = ['alert', 'reminder', 'escalation'];

/**
 * Kinds whose loss makes an alert one that reaches nobody. Not `assigned`: what nobody acknowledges goes on being told by
 * its policy; such an alert says that its assignee could not be told, and the fallback hears of it (`untold`).
 */
export const TELLING = [...ASKING, 'digest'];

/** A notification that will not arrive. */
export interface Lost {
  id: string;
  kind: string;
  recipient: string;
  channel: string;
  reason: string;
}

/**
 * Told of every notification that goes dead or that no page showed, in the transaction in which it does; resolves to the alerts that were
 * changed by it, which are then published. What it throws undoes the burial, and the notification comes again.
 */
export type LostHook = (manager: EntityManager, lost: Lost, now: number) => Promise<string[]>;

/** Injects a `LostHook`. */
export const WHEN_LOST = Symbol('when a notification is lost');
