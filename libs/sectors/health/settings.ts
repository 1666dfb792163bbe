import { PackSetting } from '#libs/sector-kit';
import { ArrayMaxSize, IsArray, IsInt, IsNumber, Matches, Max, Min } from 'class-validator';

const ICD10 = /^[A-Z]\d{2}(\.\d{1,2})?$/;
const ICD10_MESSAGE = '$property must be ICD-10 codes such as A97 or A83.0';

/** What an operator may set of this pack. */
export class HealthSettings {
  @PackSetting('Counts of cases below this, zeros too, are hidden on shared views; 0 hides none', { assumed: true })
  @IsInt()
  @Min(0)
  @Max(100)
  hideBelow: number = 5;

  @PackSetting('Further diseases to be reported within 24 hours, by ICD-10 code', {
    source: 'TT 15/2026/TT-BYT lists 18, of which six are built in',
  })
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(ICD10, { each: true, message: ICD10_MESSAGE })
  within24Hours: string[] = [];

  @PackSetting('Further diseases to be reported within 48 hours, by ICD-10 code', {
    source: 'TT 15/2026/TT-BYT lists 17, of which eight are built in',
  })
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(ICD10, { each: true, message: ICD10_MESSAGE })
  within48Hours: string[] = [];

  @PackSetting('Complete weeks whose mean and standard deviation make the weekly warning limit', { assumed: true })
  @IsInt()
  @Min(2)
  @Max(104)
  baselineWeeks: number = 8;

  @PackSetting('Bed occupancy (%) that calls for attention', { assumed: true })
  @IsNumber()
  @Min(1)
  @Max(200)
  occupancyHigh: number = 90;

  @PackSetting('Bed occupancy (%) that is full', { assumed: true })
  @IsNumber()
  @Min(1)
  @Max(200)
  occupancyFull: number = 100;
}
