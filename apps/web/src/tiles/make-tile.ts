import type { TileState, TileView } from '#libs/contracts';
import { BarsTile, LinesTile } from './charts.js';
import { HeadlineTile, SourcesTile, TableTile, TickerTile } from './lists.js';
import { MapTile } from './map.js';
import { NumberTile } from './number.js';
import { Frame } from './tile.js';
import type { TileContext, TileRenderer } from './tile.js';

type Renderer = { [K in TileState['kind']]: TileRenderer<Extract<TileState, { kind: K }>> };

const MAKERS: { [K in TileState['kind']]: (frame: Frame) => Renderer[K] } = {
  number: (frame) => new NumberTile(frame),
  lines: (frame) => new LinesTile(frame),
  bars: (frame) => new BarsTile(frame),
  table: (frame) => new TableTile(frame),
  map: (frame) => new MapTile(frame),
  ticker: (frame) => new TickerTile(frame),
  sources: (frame) => new SourcesTile(frame),
  headline: (frame) => new HeadlineTile(frame),
};

/** A tile of a wall with its frame; remembers its last state for what ages. */
export interface WallTile {
  frame: Frame;
  renderer: TileRenderer<never>;
  draw: (state: TileState, context: TileContext) => void;
  second: (context: TileContext) => void;
  dispose: () => void;
}

export function makeTile(view: TileView): WallTile {
  const frame = new Frame(view);
  return bind(frame, view.kind);
}

function bind<K extends TileState['kind']>(frame: Frame, kind: K): WallTile {
  const renderer = MAKERS[kind](frame) as TileRenderer<Extract<TileState, { kind: K }>>;
  let last: Extract<TileState, { kind: K }> | undefined;
  return {
    frame,
    renderer: renderer as TileRenderer<never>,
    draw: (state, context) => {
      // A gateway never changes the kind of a tile without a new board; such a state would be skipped.
      if (state.kind !== kind) return;
      last = state as Extract<TileState, { kind: K }>;
      frame.state(state, context);
      renderer.draw(last, context);
    },
    second: (context) => {
      if (last === undefined) return;
      frame.state(last, context);
      renderer.second?.(last, context);
    },
    dispose: () => renderer.dispose?.(),
  };
}
