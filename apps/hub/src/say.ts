/** Lines for the person who started the hub, with seconds since the start. */
export interface Say {
  (line: string): void;
  /** Several lines without a time before them. */
  block: (lines: readonly string[]) => void;
}

export function speaker(startedAt: number, write: (text: string) => void): Say {
  const say = (line: string): void =>
    write(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${line}\n`);
  return Object.assign(say, { block: (lines: readonly string[]) => write(`${lines.join('\n')}\n`) });
}

/** The hub cannot start, or cannot go on; the message is one sentence that says what to do. */
export class CannotStart extends Error {}
