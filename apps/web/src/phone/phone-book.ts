import { call } from '../api.js';
import { keep, recallKept } from './kept.js';

/** Whom a leader can give an alert to, and call. */
export interface PhoneBook {
  people: { login: string; name: string; phone: string | null }[];
  /** Who is on call now, by which schedule. */
  onCall: { schedule: string; login: string }[];
}

/** Names, numbers and who is on call; what was known last where the hub cannot be asked. */
export async function loadPhoneBook(): Promise<PhoneBook> {
  try {
    const [{ people }, { schedules }] = await Promise.all([
      call<Pick<PhoneBook, 'people'>>('GET', '/v1/people/names'),
      call<{ schedules: { name: string; person: { login: string } | null }[] }>('GET', '/v1/on-call/now'),
    ]);
    const onCall = schedules.flatMap(({ name, person }) => (person ? [{ schedule: name, login: person.login }] : []));
    const book = { people, onCall };
    await keep('phone-book', book, Date.now());
    return book;
  } catch {
    return (await recallKept<PhoneBook>('phone-book'))?.value ?? { people: [], onCall: [] };
  }
}

/** Whom to call about an alert: who has it, and whoever is on call, each once; only people with a number, and nobody himself. */
export function whomToCall(
  book: PhoneBook,
  login: string | null,
  me: string,
): { name: string; phone: string; duty: string | null }[] {
  const logins = [...(login === null ? [] : [login]), ...book.onCall.map((each) => each.login)];
  return [...new Set(logins)].flatMap((each) => {
    if (each === me) return [];
    const person = book.people.find((one) => one.login === each);
    if (!person?.phone) return [];
    const duty = book.onCall.find((one) => one.login === each)?.schedule ?? null;
    return [{ name: person.name, phone: person.phone, duty }];
  });
}
