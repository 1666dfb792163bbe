import { Inject, Injectable } from '@nestjs/common';
import { recipientsOf, shiftsOf } from '#libs/alerting';
import type { AlertSettings, Severity, Target } from '#libs/contracts';
import { loadAlertSettings, loadDirectory, loadOnCall } from '#libs/persistence';
import { holidayTest } from '#libs/sector-kit';
import { DataSource, type EntityManager } from 'typeorm';
import type { BriefDuty } from './brief-facts.js';

/** One way to one recipient. */
export interface BriefWay {
  /** Login, or the channel's id for a group chat. */
  recipient: string;
  channel: string;
  language: 'vi' | 'en';
  /** Whether the channel can carry a file. */
  files: boolean;
}

/** Duties that a brief lists at most: the turns of one day. */
const MOST_DUTIES = 20;
/**
 * A brief has no severity; it takes the ways by which a person wants warnings, and spares those that he keeps for what is
 * worse.
 */
const WAYS_OF: Severity = 'warning';

/** Who is on call, and whom targets mean. */
@Injectable()
export class BriefPeople {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  /** The setting of the brief; null: it is told to nobody. */
  async settings(): Promise<AlertSettings['brief']> {
    return (await loadAlertSettings(this.database.manager)).brief;
  }

  /** Who is on call from `from` to `until` by each schedule, epoch ms. */
  async duties(from: number, until: number): Promise<BriefDuty[]> {
    const { people, schedules, isHoliday } = await directoryOf(this.database.manager);
    const names = new Map(people.map(({ login, name }) => [login, name]));
    const duties = schedules.flatMap((schedule) =>
      shiftsOf(schedule, from, until, isHoliday).map(({ person, from, to }) => ({
        schedule: schedule.name,
        person: person === null ? null : (names.get(person) ?? person),
        from,
        until: to,
      })),
    );
    return duties.slice(0, MOST_DUTIES);
  }

  /** Every way to everybody whom the targets mean at a moment, nobody twice by the same. */
  async ways(manager: EntityManager, targets: readonly Target[], at: number): Promise<BriefWay[]> {
    const directory = await directoryOf(manager);
    const found = recipientsOf(targets, directory, WAYS_OF, at);
    const files = (id: string): boolean => directory.channels.some((one) => one.id === id && one.kind === 'email');
    const languages = new Map(directory.people.map(({ login, language }) => [login, language]));
    const people = found.people.flatMap(({ login, ways }) =>
      ways.map(({ channel }): BriefWay => {
        return { recipient: login, channel, language: languages.get(login) ?? 'vi', files: files(channel) };
      }),
    );
    const groups = found.groups.map((id): BriefWay => {
      return { recipient: id, channel: id, language: 'vi', files: files(id) };
    });
    return [...people, ...groups];
  }
}

async function directoryOf(manager: EntityManager): ReturnType<typeof loadDirectory> {
  const { schedules, settings } = await loadOnCall(manager);
  return loadDirectory(manager, schedules, holidayTest(settings.holidays));
}
