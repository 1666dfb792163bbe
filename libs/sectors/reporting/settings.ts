import { PackSetting } from '#libs/sector-kit';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

const KHANH_HOA =
  'rule of Khánh Hòa: 3 reminders a year, the leader’s responsibility is reviewed; 6, possible discipline [S]';

export class ReportingSettings {
  @PackSetting('Reminders of an agency in a year from which its leader’s responsibility is reviewed', {
    source: KHANH_HOA,
  })
  @IsInt()
  @Min(1)
  @Max(1_000)
  reviewFrom: number = 3;

  @PackSetting('Reminders of an agency in a year from which discipline is considered', { source: KHANH_HOA })
  @IsInt()
  @Min(1)
  @Max(1_000)
  disciplineFrom: number = 6;

  @PackSetting('Share of figures (%) that must be filled in for a report to be complete', { assumed: true })
  @IsNumber()
  @Min(1)
  @Max(100)
  completeFrom: number = 100;
}
