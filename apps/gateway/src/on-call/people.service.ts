import { Users } from '#libs/access';
import type { Contact, Person, Text } from '#libs/contracts';
import type { LiveBus } from '#libs/live';
import { loadChannels, loadPeople, saveContacts } from '#libs/persistence';
import { ProblemError } from '#libs/platform';
import { Inject, Injectable } from '@nestjs/common';
import { isEmail } from 'class-validator';
import { DataSource } from 'typeorm';
import { BUS } from '../gateway.tokens.js';
import type { ChangedPersonDto, MyContactsDto, NewPersonDto } from './people.dto.js';

export type PersonalChannel = Pick<Awaited<ReturnType<typeof loadChannels>>[number], 'id' | 'kind' | 'name'>;

/** People who may sign in, and where they are reached. */
@Injectable()
export class People {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Users) private readonly users: Users,
    @Inject(BUS) private readonly bus: LiveBus,
  ) {}

  list(): Promise<Person[]> {
    return loadPeople(this.dataSource.manager);
  }

  async one(login: string): Promise<Person> {
    const person = (await this.list()).find((each) => each.login === login);
    if (!person) throw new ProblemError(404, 'not-found', undefined, `There is no person "${login}".`);
    return person;
  }

  /** Channels that lead to a person by an address or a subscription; in-app needs none. */
  async channels(): Promise<PersonalChannel[]> {
    const channels = await loadChannels(this.dataSource.manager);
    return channels
      .filter(({ kind }) => kind !== 'in-app' && kind !== 'cap')
      .map(({ id, kind, name }) => ({ id, kind, name }));
  }

  /** The password is shown once. */
  async add({ login, role, name, phone }: NewPersonDto, actor: string): Promise<{ login: string; password: string }> {
    const { password } = await this.users.add(login, role, actor);
    await this.users.change(login, { name: name ?? '', phone: phone ?? null }, actor);
    await this.changed();
    return { login, password };
  }

  async change(login: string, change: ChangedPersonDto, actor: string): Promise<Person> {
    await this.checkContacts(change.contacts);
    const { name, role, disabled, phone, language } = change;
    await this.users.change(login, { name, role, disabled, ...given({ phone, language }) }, actor);
    return this.setContacts(login, change.contacts, actor);
  }

  async changeOwn(login: string, { contacts, phone, language }: MyContactsDto): Promise<Person> {
    await this.checkContacts(contacts);
    await this.users.change(login, given({ phone, language }), login);
    return this.setContacts(login, contacts, login);
  }

  private async setContacts(login: string, contacts: readonly Contact[], actor: string): Promise<Person> {
    await saveContacts(this.dataSource.manager, login, contacts, actor);
    await this.changed();
    return this.one(login);
  }

  private async checkContacts(contacts: readonly Contact[]): Promise<void> {
    const channels = await this.channels();
    const errors = contacts.flatMap((contact, i) => {
      const channel = channels.find(({ id }) => id === contact.channel);
      const [field, text] = channel
        ? ['address', faultOfAddress(channel.kind, contact.address)]
        : ['channel', { vi: 'Không có kênh này.', en: 'There is no such channel that leads to a person.' }];
      return text === null ? [] : [{ path: `/contacts/${i}/${field}`, message: text.en, text }];
    });
    if (errors.length === 0) return;
    const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new ProblemError(400, 'field-invalid', undefined, detail, { errors });
  }

  /** Whoever holds the directory in memory reads it anew. */
  private changed(): Promise<void> {
    return this.bus.publish('alerts', { ids: [], more: false, setup: true });
  }
}

function faultOfAddress(kind: PersonalChannel['kind'], address: string): Text | null {
  if (kind === 'web-push') {
    const needless = { vi: 'Tin đẩy không cần địa chỉ.', en: 'Push needs no address: each browser subscribes itself.' };
    return address === '' ? null : needless;
  }
  if (kind === 'email') {
    return isEmail(address) ? null : { vi: 'Không phải địa chỉ thư điện tử.', en: 'It is not an e-mail address.' };
  }
  return address.trim() === '' ? { vi: 'Chưa có số hoặc mã người nhận.', en: 'The address is empty.' } : null;
}

/** Only the fields that were given. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
