import { CalendarSettings, PackSetting } from '#libs/sector-kit';
import { IsInt, Max, Min } from 'class-validator';

const SOURCE = 'practice of petition systems: refuse ≤2, ask ≤5, resolve ≤15, publish ≤2 working days [S]';

/** Time limits of petitions, in working days. */
export class FeedbackSettings extends CalendarSettings {
  @PackSetting('Working days within which a petition is refused, if at all', { source: SOURCE })
  @IsInt()
  @Min(1)
  @Max(100)
  refuseDays: number = 2;

  @PackSetting('Working days within which more is asked for, if at all', { source: SOURCE })
  @IsInt()
  @Min(1)
  @Max(100)
  askDays: number = 5;

  @PackSetting(
    'Working days within which a petition is resolved; the time that it waits for the citizen is not counted',
    {
      source: SOURCE,
    },
  )
  @IsInt()
  @Min(1)
  @Max(100)
  resolveDays: number = 15;

  @PackSetting('Working days after the resolution within which the result is published', { source: SOURCE })
  @IsInt()
  @Min(1)
  @Max(100)
  publishDays: number = 2;
}
