import { LIMITS } from '#libs/contracts';
import { escapePointer, type Fault } from './data-door.js';

/** One UTF-16 unit takes at most six bytes as JSON. */
const MAX_GROWTH = 6;

/**
 * What no event may have, whatever its type: more levels than `LIMITS.depth`, more bytes than `LIMITS.eventBytes`,
 * a number outside JSON's range (1e999), a NUL or half a surrogate pair in a text, which no store can keep.
 */
export function shapeFault(event: Record<string, unknown>): Fault | null {
  const walk: Walk = { size: 0, fault: null, names: [] };
  visit(event, 1, walk);
  if (walk.fault) return walk.fault;
  if (walk.size > LIMITS.eventBytes) return tooLarge();
  if (walk.size * MAX_GROWTH > LIMITS.eventBytes && Buffer.byteLength(JSON.stringify(event)) > LIMITS.eventBytes) {
    return tooLarge();
  }
  return null;
}

interface Walk {
  /** Bytes as JSON, at the least. */
  size: number;
  fault: Fault | null;
  /** Names from the event down to where the walk is; joined only when something is wrong there. */
  names: string[];
}

const tooLarge = (): Fault => ({
  code: 'too-large',
  path: '',
  message: `an event has at most ${LIMITS.eventBytes} bytes`,
});

function visit(value: unknown, level: number, walk: Walk): void {
  if (typeof value === 'string') {
    walk.size += value.length + 2;
    if (UNSTORABLE.test(value)) {
      walk.fault = invalid(walk, 'must not contain NUL or half a surrogate pair');
    }
  } else if (typeof value === 'number') {
    walk.size += 1;
    if (!Number.isFinite(value)) walk.fault = invalid(walk, 'is out of range');
  } else if (typeof value === 'object' && value !== null) {
    if (level > LIMITS.depth) {
      walk.fault = { code: 'too-deep', path: '', message: `an event has at most ${LIMITS.depth} levels of nesting` };
      return;
    }
    walk.size += 2;
    for (const [name, inner] of Object.entries(value)) {
      walk.size += name.length + 3;
      walk.names.push(name);
      visit(inner, level + 1, walk);
      walk.names.pop();
      if (walk.fault || walk.size > LIMITS.eventBytes) return;
    }
  } else walk.size += 4;
}

/** Names that a fault repeats, and indexes; others may hold anything, a person too. */
const FIELD = /^(?:[A-Za-z][A-Za-z_-]{0,39}\d{0,2}|\d{1,4})$/;

function invalid({ names }: Walk, what: string): Fault {
  const told = names.map((name) => (FIELD.test(name) ? name : '*'));
  const path = told.map((name) => `/${escapePointer(name)}`).join('');
  return { code: 'field-invalid', path, message: `${told.at(-1) ?? 'the event'} ${what}` };
}

/** With `u` a whole pair is one character, so that the class matches lone halves only. */
export const UNSTORABLE = /[\0\ud800-\udfff]/u;
