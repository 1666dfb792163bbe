import { PackSetting } from '#libs/sector-kit';
import { ArrayMaxSize, IsArray, IsInt, IsNumber, Matches, Max, Min } from 'class-validator';

const NUMBER = '\\d+(\\.\\d+)?';
const ALARMS = new RegExp(`^[a-z0-9][a-z0-9-]*( (-|${NUMBER})){3}$`);
const ALARMS_MESSAGE =
  '$property must be a station and its three levels in metres, such as can-tho 1.6 1.8 2.0; - where unknown';
const LIMITS = new RegExp(`^(shrimp|catfish) (oxygen|ph|temperature|salinity) (${NUMBER})?\\.\\.(${NUMBER})?$`);
const LIMITS_MESSAGE = '$property must be limits such as shrimp temperature 26..32 or catfish oxygen 2..';

/** What an operator may set of this pack. */
export class AgricultureSettings {
  @PackSetting('Salinity (‰) from which water no longer irrigates', { assumed: true })
  @IsNumber()
  @Min(0)
  @Max(60)
  irrigationLimit: number = 1;

  @PackSetting('Salinity (‰) that is intrusion', { source: 'QĐ 18/2021/QĐ-TTg' })
  @IsNumber()
  @Min(0)
  @Max(60)
  intrusion: number = 4;

  @PackSetting('Flood alarm levels 1 to 3 by station, metres; - where none is known', {
    source: 'levels in use, press of 11/2025; levels 1 and 2 of can-tho are assumed',
  })
  @IsArray()
  @ArrayMaxSize(1_000)
  @Matches(ALARMS, { each: true, message: ALARMS_MESSAGE })
  alarmLevels: string[] = [
    'can-tho 1.6 1.8 2.0',
    'dai-ngai - 1.9 -',
    'tran-de - 2.11 -',
    'phung-hiep - - 1.35',
    'vi-thanh - - 0.75',
  ];

  @PackSetting('Limits of pond water by species: °C, ‰, pH, mg/L', {
    source: 'limits in use for shrimp and catfish ponds; the temperature and pH of catfish as for shrimp',
  })
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(LIMITS, { each: true, message: LIMITS_MESSAGE })
  pondLimits: string[] = [
    'shrimp oxygen 5..',
    'shrimp ph 7.5..8.5',
    'shrimp temperature 26..32',
    'shrimp salinity 7..25',
    'catfish oxygen 2..',
    'catfish ph 7.5..8.5',
    'catfish temperature 26..32',
  ];

  @PackSetting('Minutes that a reading of salinity stands for where it does not say so', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(1_440)
  readingMinutes: number = 15;

  @PackSetting('Minutes without a reading after which a sensor is silent', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(10_080)
  silentMinutes: number = 60;

  @PackSetting('Days without a reading after which a sensor is taken as removed', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(365)
  removedDays: number = 30;

  @PackSetting('Hours of one and the same value after which a sensor is stuck', { assumed: true })
  @IsInt()
  @Min(2)
  @Max(48)
  stuckHours: number = 6;

  @PackSetting(
    'Complete days of values that go one way only after which a sensor is suspected to drift; above seven, so that spring and neap tides do not look like it',
    { assumed: true },
  )
  @IsInt()
  @Min(3)
  @Max(30)
  driftDays: number = 9;

  @PackSetting('Change (%) over these days from which it is suspected', { assumed: true })
  @IsNumber()
  @Min(1)
  @Max(1_000)
  driftPercent: number = 20;

  @PackSetting('Nights whose median a night of a flight is held against; at least half of them must be known', {
    assumed: true,
  })
  @IsInt()
  @Min(4)
  @Max(14)
  baselineNights: number = 14;

  @PackSetting('A night of a flight counts this many times the median of the nights before', { assumed: true })
  @IsNumber()
  @Min(1)
  @Max(100)
  flightRatio: number = 3;

  @PackSetting('and at least this many planthoppers in a trap', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  flightFloor: number = 100;

  @PackSetting('Days that sowing is advised, from the day after the peak night', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(14)
  sowingDays: number = 4;
}
