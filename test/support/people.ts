import { hash } from '@node-rs/argon2';
import type { TestHub } from './hub.js';

/** Adds a person who may sign in, as `user add` does without its process; resolves to the password. */
export async function addPerson(hub: TestHub, login: string, role: string): Promise<string> {
  const password = `password of ${login}`;
  await hub.database.query('INSERT INTO app_user (login, password, role) VALUES ($1, $2, $3)', [
    login,
    await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }),
    role,
  ]);
  return password;
}
