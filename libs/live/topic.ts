import type { BoardState, BoardView, Delta, Snapshot, TileState } from '#libs/contracts';

/**
 * The latest state of one topic for viewers of one scope, with its place in the sequence. A snapshot and every delta
 * after it give the same state as a new snapshot.
 */
export class Topic {
  private seq = 0;
  private at: number;
  private state: BoardState;
  /** Tiles as JSON: equal texts are equal states. */
  private readonly texts = new Map<string, string>();

  constructor(
    readonly name: string,
    readonly epoch: string,
    board: BoardView,
    tiles: Record<string, TileState>,
    at: number,
  ) {
    this.at = at;
    this.state = { board, tiles: { ...tiles } };
    for (const [id, tile] of Object.entries(tiles)) this.texts.set(id, JSON.stringify(tile));
  }

  snapshot(): Snapshot {
    return { topic: this.name, epoch: this.epoch, seq: this.seq, at: this.at, state: this.state };
  }

  /** Whether a screen that has (epoch, seq) has everything. */
  isCurrent(since: { epoch: string; seq: number } | undefined): boolean {
    return since !== undefined && since.epoch === this.epoch && since.seq === this.seq;
  }

  /** Takes new states of tiles; null when none differs from what screens have. */
  advance(tiles: Record<string, TileState>, at: number): Delta | null {
    const changes: Record<string, TileState> = {};
    let changed = false;
    for (const [id, tile] of Object.entries(tiles)) {
      const text = JSON.stringify(tile);
      if (this.texts.get(id) === text) continue;
      this.texts.set(id, text);
      changes[id] = tile;
      changed = true;
    }
    if (!changed) return null;
    const from = this.seq;
    this.seq++;
    this.at = at;
    this.state = { board: this.state.board, tiles: { ...this.state.tiles, ...changes } };
    return { topic: this.name, epoch: this.epoch, from, seq: this.seq, at, changes };
  }
}

/** The state after a delta, as a screen computes it; null when the delta does not follow the state. */
export function applyDelta(have: Snapshot, delta: Delta): Snapshot | null {
  if (have.topic !== delta.topic || have.epoch !== delta.epoch || have.seq !== delta.from) return null;
  return {
    ...have,
    seq: delta.seq,
    at: delta.at,
    state: { board: have.state.board, tiles: { ...have.state.tiles, ...delta.changes } },
  };
}
