import { PackSetting } from '#libs/sector-kit';
import { IsInt, IsNumber, Max, Min } from 'class-validator';

export class ExchangeSettings {
  @PackSetting('Share of failed requests (%) that calls for attention', { assumed: true })
  @IsNumber()
  @Min(0.01)
  @Max(100)
  errorsFrom: number = 2;

  @PackSetting('95th percentile of the latency (ms) that calls for attention', { assumed: true })
  @IsNumber()
  @Min(1)
  @Max(3_600_000)
  slowFrom: number = 2_000;

  @PackSetting(
    'Times the usual traffic that count as a spike: today so far against the median of the same part of the day 1 to 4 weeks before',
    { assumed: true },
  )
  @IsNumber()
  @Min(1.1)
  @Max(1_000)
  spikeFrom: number = 3;

  @PackSetting('Requests of a day so far below which no spike of a service or agency is told', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(100_000_000)
  spikeLeast: number = 500;

  @PackSetting('Minutes without a request, in office hours, after which a service is silent', { assumed: true })
  @IsInt()
  @Min(5)
  @Max(10_080)
  silentMinutes: number = 60;

  @PackSetting('Minutes without a request, in office hours, after which an agency is silent', { assumed: true })
  @IsInt()
  @Min(5)
  @Max(10_080)
  agencySilentMinutes: number = 240;
}
