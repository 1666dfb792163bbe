import { IsDay } from '#libs/sector-kit';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';

/**
 * What is counted of each campaign. `day`: how many on that day, days add up; `reach`: how many there are by the end of
 * the day, the newest counts.
 */
export const FIGURES = {
  households: { campaign: 'e-commerce', kind: 'reach' },
  shops: { campaign: 'e-commerce', kind: 'reach' },
  learners: { campaign: 'online-learning', kind: 'day' },
  sessions: { campaign: 'telehealth', kind: 'day' },
  teams: { campaign: 'digital-teams', kind: 'reach' },
  members: { campaign: 'digital-teams', kind: 'reach' },
} as const;

export type Figure = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as Figure[];

/**
 * One figure of a campaign in the event's unit for a day: counts, no names. A later report of the day replaces the
 * earlier. A day that has not begun by the time of the event is refused.
 */
export class CampaignDayDto {
  /** Says the campaign too: households and shops sell online, teams and members are of the community digital teams. */
  @IsIn(FIGURE_NAMES)
  figure!: Figure;

  @IsDay()
  day!: string;

  @IsInt()
  @Min(0)
  @Max(100_000_000)
  count!: number;

  /** The campaign ends here with this day: no later one is owed, until one is told. */
  @IsOptional()
  @IsBoolean()
  final?: boolean;
}
