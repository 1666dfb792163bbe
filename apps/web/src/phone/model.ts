import type { AlertLine, AlertsState, BoardState, NumberState, TileView } from '#libs/contracts';
import type { Kept, Waiting } from './kept.js';
import type { PhoneBook } from './phone-book.js';
import type { Me } from './session.js';

export interface NumberLine {
  view: TileView;
  state: NumberState;
}

/** Everything that the pages of the phone are drawn from. */
export interface Model {
  me: Me;
  alerts: Kept<AlertsState> | null;
  numbers: Kept<NumberLine[]> | null;
  book: PhoneBook;
  /** Acknowledgements on their way, by their key. */
  waiting: ReadonlyMap<string, Waiting>;
  /** Alerts that were acknowledged from here and are not told as such yet. */
  acknowledged: ReadonlySet<string>;
  /** What is shown is what the server has. */
  connected: boolean;
}

/** What views may ask for. */
export interface Actions {
  go: (path: string) => void;
  acknowledge: (alert: AlertLine) => void;
  /** Draws everything again, e.g. in another language. */
  again: () => void;
  /** Signs out: the page forgets everything. */
  leave: () => Promise<void>;
}

/** The numbers of a board. */
export function numbersOf({ board, tiles }: BoardState): NumberLine[] {
  return board.tiles.flatMap((view) => {
    const state = tiles[view.id];
    return view.kind === 'number' && state?.kind === 'number' ? [{ view, state }] : [];
  });
}

/** When what is shown was true, epoch ms; null: nothing is known. */
export function knownAt({ alerts, numbers }: Model): number | null {
  const times = [alerts?.at, numbers?.at].filter((at) => at !== undefined);
  return times.length === 0 ? null : Math.max(...times);
}

export const namesOf = ({ book }: Model): ReadonlyMap<string, string> =>
  new Map(book.people.map(({ login, name }) => [login, name]));
