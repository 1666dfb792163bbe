import { AuditEntity, ChannelEntity } from '#libs/persistence';
import type { DataSource, EntityManager } from 'typeorm';
import { CLOSED, connected, failed, type Circuit } from './breaker.js';
import type { SendResult } from './channel.port.js';

/** What a result changed for everybody who watches channels. */
export type ChannelTurn = 'down' | 'up' | 'disabled' | null;

/** A success is written down this often; more would be a row's update for every message. */
const OK_EVERY_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Writes into a channel's row how a try went that began at `began`: its circuit, its newest error, the pause that its
 * receiver asked for, its end. `channel`: its row as it was when the try began. Safe in several processes. Failures of one recipient say nothing about the channel.
 */
export async function recordResult(
  database: DataSource,
  channel: Pick<ChannelEntity, 'id' | 'failures' | 'lastOkAt'>,
  result: SendResult,
  began: number,
  now: number,
): Promise<ChannelTurn> {
  if (!result.ok && result.fault === 'recipient') return null;
  if (result.ok && !isWorthARow(channel, now)) return null;
  return change(database, channel.id, (row) => {
    if (result.ok) {
      // A success of before it failed does not mean that it works again.
      const late = row.failingSince !== null && began < row.failingSince.getTime();
      return { ...(late ? {} : columnsOf(CLOSED)), lastOkAt: new Date(now) };
    }
    if (result.gone === true) {
      return { disabledAt: new Date(now), disabledWhy: result.reason, lastError: result.reason };
    }
    const after = Math.min(result.after ?? 0, LONGEST_PAUSE_MS);
    const paused = after > 0 && row.kind !== 'web-push' ? { slotAt: latest(row.slotAt, now + after) } : {};
    const circuit = failed(
      circuitOf(row),
      result.fault === 'unreachable' ? 'unreachable' : 'refused',
      began,
      now,
      after,
    );
    return { ...columnsOf(circuit), ...paused, lastError: result.reason };
  });
}

/** Writes down whether its server took a connection: null, or the reason. */
export function recordCheck(
  database: DataSource,
  id: string,
  reason: string | null,
  began: number,
  now: number,
): Promise<ChannelTurn> {
  return change(database, id, (row) => {
    const circuit = circuitOf(row);
    if (reason !== null) {
      return { ...columnsOf(failed(circuit, 'unreachable', began, now)), lastError: reason };
    }
    const next = connected(circuit);
    return next === circuit ? {} : columnsOf(next);
  });
}

export const circuitOf = (row: ChannelEntity): Circuit => ({
  failures: row.failures,
  failingSince: row.failingSince?.getTime() ?? null,
  unreachable: row.unreachable,
  downSince: row.downSince?.getTime() ?? null,
  probeAt: row.probeAt?.getTime() ?? null,
});

/** How a channel stands, in one word. */
export function healthOf({
  downSince,
  lastOkAt,
}: Pick<ChannelEntity, 'downSince' | 'lastOkAt'>): 'ok' | 'down' | 'unknown' {
  if (downSince !== null) return 'down';
  return lastOkAt === null ? 'unknown' : 'ok';
}

const isWorthARow = ({ failures, lastOkAt }: Pick<ChannelEntity, 'failures' | 'lastOkAt'>, now: number): boolean =>
  failures > 0 || lastOkAt === null || now - lastOkAt.getTime() >= OK_EVERY_MS;

async function change(
  database: DataSource,
  id: string,
  next: (row: ChannelEntity) => Partial<ChannelEntity>,
): Promise<ChannelTurn> {
  return database.transaction(async (manager) => {
    const row = await manager.findOne(ChannelEntity, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (row === null || row.disabledAt !== null) return null;
    const set = next(row);
    if (Object.keys(set).length === 0) return null;
    await manager.update(ChannelEntity, { id }, set as never);
    return turnOf(manager, row, set);
  });
}

async function turnOf(manager: EntityManager, row: ChannelEntity, set: Partial<ChannelEntity>): Promise<ChannelTurn> {
  if (set.disabledAt) {
    const detail = { name: row.name, why: set.disabledWhy ?? '' };
    await manager.insert(AuditEntity, { actor: 'system', action: 'channel.disable', object: row.id, detail });
    return 'disabled';
  }
  if (row.downSince === null && set.downSince) return 'down';
  return row.downSince !== null && set.downSince === null ? 'up' : null;
}

const dateOf = (at: number | null): Date | null => (at === null ? null : new Date(at));
const latest = (at: Date | null, other: number): Date => new Date(Math.max(at?.getTime() ?? 0, other));

function columnsOf(circuit: Circuit): Partial<ChannelEntity> {
  const { failures, unreachable, failingSince, downSince, probeAt } = circuit;
  return {
    failures,
    unreachable,
    failingSince: dateOf(failingSince),
    downSince: dateOf(downSince),
    probeAt: dateOf(probeAt),
  };
}
