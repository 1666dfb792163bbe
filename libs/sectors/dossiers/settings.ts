import { CalendarSettings, PackSetting } from '#libs/sector-kit';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsNumber, Max, Min } from 'class-validator';

/** What an operator may set of this pack. */
export class DossierSettings extends CalendarSettings {
  @PackSetting(
    'Statuses in which a dossier waits for the citizen; the time is not counted against the agency. A second request makes late for status 5 alone (clause 4)',
    {
      assumed: true,
      source: 'formula 2.1 of QĐ 766/QĐ-TTg, clause 2, names supplements (status 5)',
    },
  )
  @IsArray()
  @ArrayMaxSize(3)
  @IsIn(['5', '6', '8'], { each: true })
  waitingStatuses: string[] = ['5'];

  @PackSetting('True where the systems themselves move NgayHenTra after a wait; then it is not moved again here', {
    assumed: true,
  })
  @IsBoolean()
  dueMovesWithWait: boolean = false;

  @PackSetting(
    'Points of the 12 for online services that go to procedures offered online; the rest to dossiers filed online',
    {
      assumed: true,
      source: 'QĐ 766/QĐ-TTg gives 12 points; the exact split is unresolved',
    },
  )
  @IsNumber()
  @Min(0)
  @Max(12)
  onlineProceduresPoints: number = 6;
}
