import { PackSetting } from '#libs/sector-kit';
import { IsInt, Max, Min } from 'class-validator';

export class DatabasesSettings {
  @PackSetting('Specialised databases that are to be registered; a province sets its own number', {
    source: 'press on the national programme, 2022–2024: 2,398 specialised databases in the country',
  })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  specialised: number = 2_398;

  @PackSetting('Days between two updates of a database whose owner promises none', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(3_660)
  everyDays: number = 30;

  @PackSetting('Share of fresh databases (%) below which the indicator calls for attention', { assumed: true })
  @IsInt()
  @Min(0)
  @Max(100)
  freshFrom: number = 90;
}
