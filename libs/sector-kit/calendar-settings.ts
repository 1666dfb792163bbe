import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsInt, IsISO8601, Matches, Max, Min } from 'class-validator';
import { PackSetting } from './pack-setting.js';
import { OFFICE_CALENDAR, type WorkingCalendar } from './working-time.js';

const SPAN = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/;
const SPAN_MESSAGE = '$property must be spans such as 07:30-11:30';
const DAY = /^20\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const DECIDED = /^20\d{2} [0-4] (before|after)$/;
const DAY_MESSAGE = '$property must be days such as 2026-01-02';

/** When offices work: settings of every pack that reckons deadlines in working time. */
export class CalendarSettings {
  @PackSetting('Spans in which offices work from Monday to Friday, HH:MM-HH:MM', { assumed: true })
  @IsArray()
  @ArrayMaxSize(4)
  @Matches(SPAN, { each: true, message: SPAN_MESSAGE })
  officeHours: string[] = [...(OFFICE_CALENDAR.hours[1] ?? [])];

  @PackSetting('Spans in which offices work on Saturday; empty: not at all', { assumed: true })
  @IsArray()
  @ArrayMaxSize(4)
  @Matches(SPAN, { each: true, message: SPAN_MESSAGE })
  saturdayHours: string[] = [];

  @PackSetting(
    'Days of Tết before the first of the lunar year, of five, in years that `decidedDaysOff` does not name',
    {
      assumed: true,
      source: 'Labour Code 45/2019/QH14, Article 112(3): decided by the Prime Minister each year',
    },
  )
  @IsInt()
  @Min(0)
  @Max(4)
  tetBefore: number = OFFICE_CALENDAR.tetBefore;

  @PackSetting('Which neighbour of 2 September is off, in years that `decidedDaysOff` does not name: before or after', {
    assumed: true,
    source: 'Labour Code 45/2019/QH14, Article 112(3): decided by the Prime Minister each year',
  })
  @IsIn(['before', 'after'])
  nationalDay: 'before' | 'after' = OFFICE_CALENDAR.nationalDay;

  @PackSetting(
    'What was decided for single years: year, days of Tết before the first of the lunar year, neighbour of 2 September, such as `2027 2 after`. Other years keep theirs',
    { source: 'Labour Code 45/2019/QH14, Article 112(3): decided by the Prime Minister each year' },
  )
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique((line: unknown) => String(line).slice(0, 4), { message: '$property must name each year once' })
  @Matches(DECIDED, { each: true, message: '$property must be decisions such as 2027 2 after' })
  decidedDaysOff: string[] = [];

  @PackSetting('Further days off, such as working days that were exchanged: YYYY-MM-DD')
  @IsArray()
  @ArrayMaxSize(400)
  @Matches(DAY, { each: true, message: DAY_MESSAGE })
  @IsISO8601({ strict: true }, { each: true, message: DAY_MESSAGE })
  daysOff: string[] = [];

  @PackSetting(
    'Days off that come every year from a given one on, each as the first of them, YYYY-MM-DD; on a weekend they have a substitute',
    {
      assumed: true,
      source:
        '24 November, Vietnam Culture Day (Resolution 80-NQ/TW of 7/1/2026), is meant as a day off; until the law (Labour Code, Article 112) has it this stays empty. In force: set ["2026-11-24"], or the first year that the law names',
    },
  )
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(DAY, { each: true, message: DAY_MESSAGE })
  @IsISO8601({ strict: true }, { each: true, message: DAY_MESSAGE })
  yearlyDaysOff: string[] = [];

  @PackSetting('Weekend days that are worked instead: YYYY-MM-DD')
  @IsArray()
  @ArrayMaxSize(400)
  @Matches(DAY, { each: true, message: DAY_MESSAGE })
  @IsISO8601({ strict: true }, { each: true, message: DAY_MESSAGE })
  workedDays: string[] = [];
}

/** The calendar that these settings say. */
export function calendarOf(settings: CalendarSettings): WorkingCalendar {
  const { officeHours, saturdayHours, tetBefore, nationalDay, daysOff, yearlyDaysOff, workedDays } = settings;
  const decided = Object.fromEntries(
    settings.decidedDaysOff.map((line) => {
      const [year, before, neighbour] = line.split(' ');
      return [year, { tetBefore: Number(before), nationalDay: neighbour === 'after' ? 'after' : 'before' } as const];
    }),
  );
  const week = Object.fromEntries([1, 2, 3, 4, 5].map((day) => [day, officeHours]));
  return { hours: { ...week, 6: saturdayHours }, tetBefore, nationalDay, decided, daysOff, yearlyDaysOff, workedDays };
}
