import { PackSetting } from '#libs/sector-kit';
import { ArrayMaxSize, IsArray, IsInt, IsNumber, Matches, Max, Min } from 'class-validator';

const ICD10 = /^[A-Z]\d{2}(\.\d{1,2})?$/;
const ICD10_MESSAGE = '$property must be ICD-10 codes such as A97 or A83.0';
const DAY = '20\\d{2}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])';
const DATED = new RegExp(`${ICD10.source.slice(0, -1)}( ${DAY}( ${DAY})?)?$`);
const DATED_MESSAGE =
  '$property must be ICD-10 codes, with the first day and the last where there is one, such as A20 or A20 2026-07-01 2027-06-30';
const TERM = new RegExp(`${ICD10.source.slice(0, -1)} (24h|48h|week|none) ${DAY}( ${DAY})?$`);

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

  @PackSetting(
    'Terms of reporting that hold for a time: ICD-10 code, 24h, 48h, week or none (not to be reported any more), first day, and last day where there is one. They go before all lists, for what is diagnosed in that time; so a list may change, and an earlier case keeps its term',
  )
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(TERM, {
    each: true,
    message: '$property must be terms such as B05 48h 2027-07-01, or with a last day J10 24h 2027-01-01 2027-12-31',
  })
  terms: string[] = [];

  @PackSetting(
    'Diseases of group A, by ICD-10 code, with the first day and the last where it stands in the list for a time only: one case diagnosed then is told at once',
    {
      assumed: true,
      source:
        'Law 03/2007/QH12, Article 3(1)(a), in force until 30/6/2026; the list under Law 114/2025/QH15 was not at hand. Plague, polio, influenza A/H5N1, cholera, smallpox, Ebola, Lassa, Marburg, West Nile, yellow fever, SARS',
    },
  )
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(DATED, { each: true, message: DATED_MESSAGE })
  groupA: string[] = ['A20', 'A80', 'J09', 'A00', 'B03', 'A98.4', 'A96.2', 'A98.3', 'A92.3', 'A95', 'U04'];

  @PackSetting(
    'Diseases that are not endemic here, by ICD-10 code, with the first day and the last where that is for a time only: linked cases of them make an outbreak',
    {
      assumed: true,
      source: 'which diseases are endemic is for the department of health to say',
    },
  )
  @IsArray()
  @ArrayMaxSize(100)
  @Matches(DATED, { each: true, message: DATED_MESSAGE })
  nonEndemic: string[] = ['A36', 'A39', 'A80', 'J09', 'A20', 'A00'];

  @PackSetting('Linked cases of a disease that is not endemic from which it is a warning', {
    source: 'thresholds of outbreaks: 3 linked cases warn, 5 and more are an epidemic (secondary source)',
  })
  @IsInt()
  @Min(1)
  @Max(1000)
  linkedWarning: number = 3;

  @PackSetting('Linked cases of a disease that is not endemic from which it is an epidemic', {
    source: 'thresholds of outbreaks: 3 linked cases warn, 5 and more are an epidemic (secondary source)',
  })
  @IsInt()
  @Min(1)
  @Max(1000)
  linkedEpidemic: number = 5;

  @PackSetting('Days after its diagnosis for which a linked case counts to its outbreak', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(365)
  linkedDays: number = 28;

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
