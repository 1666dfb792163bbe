import type { Choice, Choices } from '#libs/contracts';
import { call } from '../api.js';
import { say } from '../language.js';

const NONE: Choices = { sectors: [], rules: [], units: [], agencies: [], keys: [] };

let asked: Promise<Choices> | undefined;

/** What may be chosen, asked once for each page; nothing where the server does not say: codes may still be typed. */
export function choices(): Promise<Choices> {
  asked ??= call<Choices>('GET', '/v1/choices').catch(() => {
    asked = undefined;
    return NONE;
  });
  return asked;
}

/** What the key of an alert may be; that of a rule by units is a unit. */
export const keyChoices = ({ keys, units }: Choices): readonly Choice[] => [...keys, ...units];

/** The name of a code, or the code where none is known. */
export function nameOfChoice(list: readonly Choice[], value: string): string {
  const found = list.find((one) => one.value === value);
  return found === undefined ? value : say(found.label);
}
