import { PackSetting } from '#libs/sector-kit';
import { IsInt, Max, Min } from 'class-validator';

export class CampaignsSettings {
  @PackSetting('Days after its own by whose end the figures of a day must be there', { assumed: true })
  @IsInt()
  @Min(0)
  @Max(7)
  dueDays: number = 1;

  @PackSetting('Days that are looked back for missing ones', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(31)
  lookBackDays: number = 14;

  @PackSetting('Missing days of a campaign, over all its units and figures, from which an alert is raised', {
    assumed: true,
  })
  @IsInt()
  @Min(1)
  @Max(100_000)
  missingFrom: number = 1;
}
