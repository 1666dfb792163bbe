import { PackSetting } from '#libs/sector-kit';
import { IsNumber, Max, Min } from 'class-validator';

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

  @PackSetting('Times the usual traffic of a day (median of 14 days) that count as a spike', { assumed: true })
  @IsNumber()
  @Min(1.1)
  @Max(1_000)
  spikeFrom: number = 3;
}
