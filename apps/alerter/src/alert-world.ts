import { holidayTest, OFFICE_CALENDAR, workingClock, type WorkingClock } from '#libs/sector-kit';
import type { IsHoliday } from '#libs/alerting';
import type { Silence } from '#libs/contracts';
import { type AlertSetup, readAlertSetup, silencesFrom } from '#libs/persistence';
import type { Clock } from '#libs/platform';
import type pg from 'pg';

/** What people have set of alerts, in memory; loaded again when somebody changes it, and now and then. */
export class AlertWorld {
  private loaded: { setup: AlertSetup; silences: Silence[]; isHoliday: IsHoliday; office: WorkingClock } | null = null;
  private loading: Promise<void> | null = null;
  private again = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {}

  get setup(): AlertSetup {
    return this.known.setup;
  }

  get silences(): readonly Silence[] {
    return this.known.silences;
  }

  get isHoliday(): IsHoliday {
    return this.known.isHoliday;
  }

  get office(): WorkingClock {
    return this.known.office;
  }

  /** One at a time; a request during a load has it done once more. */
  load(): Promise<void> {
    this.again = this.loading !== null;
    this.loading ??= this.read().finally(() => (this.loading = null));
    return this.loading;
  }

  private get known(): NonNullable<AlertWorld['loaded']> {
    if (!this.loaded) throw new Error('the setup of alerts is not loaded yet');
    return this.loaded;
  }

  private async read(): Promise<void> {
    do {
      this.again = false;
      const [setup, silences] = await Promise.all([
        readAlertSetup(this.pool),
        silencesFrom(this.pool, this.clock.now()),
      ]);
      const { holidays } = setup.settings;
      const office = workingClock({ ...OFFICE_CALENDAR, ...holidays });
      this.loaded = { setup, silences, isHoliday: holidayTest(holidays), office };
    } while (this.again);
  }
}
