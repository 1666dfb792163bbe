import { openChannel, recordCheck, SEND_TIMEOUT_MS, type ChannelParts, type ChannelTurn } from '#libs/notify';
import { ChannelEntity } from '#libs/persistence';
import type { Clock } from '#libs/platform';
import { type DataSource, In } from 'typeorm';

/** Two checks that fail open the circuit's time rule well within the 30 s that are promised. */
const EVERY_MS = 8_000;

/**
 * Connects to the servers of channels now and then, so that one that is down shows before it is needed. One process at a
 * time checks a channel. Resolves to what turned.
 */
export async function checkChannels(
  database: DataSource,
  parts: ChannelParts,
  clock: Clock,
): Promise<{ id: string; turn: ChannelTurn; reason: string | null }[]> {
  const began = clock.now();
  const [due] = await database.query<[{ id: string }[], number]>(
    `UPDATE channel SET checked_at = $1 WHERE disabled_at IS NULL AND (checked_at IS NULL OR checked_at <= $2)
     RETURNING id`,
    [new Date(began), new Date(began - EVERY_MS)],
  );
  if (due.length === 0) return [];
  const rows = await database.manager.findBy(ChannelEntity, { id: In(due.map(({ id }) => id)) });
  return Promise.all(
    rows.map(async (row) => {
      const reason = await check(row, parts);
      const turn = reason === undefined ? null : await recordCheck(database, row.id, reason, began, clock.now());
      return { id: row.id, turn, reason: reason ?? null };
    }),
  );
}

/** Undefined where a check says nothing. */
async function check(row: ChannelEntity, parts: ChannelParts): Promise<string | null | undefined> {
  try {
    const channel = await openChannel(row, parts);
    return await channel?.check?.(AbortSignal.timeout(SEND_TIMEOUT_MS));
  } catch (error) {
    return (error as Error).message;
  }
}
