import type { WatchReply } from '#libs/contracts';
import { seesSector, type Board } from '#libs/live';
import type { Viewer } from '../access/viewer.js';

/** The topic of open alerts; the other topics are boards. */
export const ALERTS = 'alerts';

type Refusal = Omit<WatchReply['refused'][number], 'topic'>;

/** Whether a viewer may see a board: any sector of it, and any unit at all. */
export function maySee(viewer: Viewer, board: Board): boolean {
  const { scope } = viewer;
  if (scope.units !== '*' && scope.units.length === 0) return false;
  // A hub without packs still has its overview, for those who may see everything.
  return scope.sectors === '*' || board.packs.some((pack) => seesSector(scope, pack.id));
}

/** The board of a topic if the viewer may watch it, else why not. */
export function authorise(
  viewer: Viewer,
  topic: string,
  boardOf: (id: string) => Board | undefined,
): { board: Board } | { refusal: Refusal } {
  const id = /^board:([A-Za-z0-9._-]{1,100})$/.exec(topic)?.[1];
  if (id === undefined) return { refusal: { code: 'invalid', message: 'a topic is alerts, or board:<id>' } };
  const board = boardOf(id);
  if (!board) return { refusal: { code: 'unknown', message: 'there is no such board' } };
  if (!maySee(viewer, board)) return { refusal: { code: 'forbidden', message: 'this board is not in your scope' } };
  return { board };
}
