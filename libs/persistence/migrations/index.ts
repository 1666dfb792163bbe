import { Pipeline1790000000000 } from './1790000000000-pipeline.js';
import { Entities1790000000001 } from './1790000000001-entities.js';
import { Entries1790000000002 } from './1790000000002-entries.js';
import { PackRevision1790000000003 } from './1790000000003-pack-revision.js';
import { Alerts1790000000004 } from './1790000000004-alerts.js';
import { AlertYears1790000000020 } from './1790000000020-alert-years.js';
import { NewestEvents1790000000021 } from './1790000000021-newest-events.js';
import { AskedAt1790000000030 } from './1790000000030-asked-at.js';
import { OpenPages1790000000031 } from './1790000000031-open-pages.js';
import { AssigneeUntold1790000000032 } from './1790000000032-assignee-untold.js';
import { CapMessages1790000000033 } from './1790000000033-cap-messages.js';
import { PartlySimulated1790000000034 } from './1790000000034-partly-simulated.js';
import { HeardThen1790000000040 } from './1790000000040-heard-then.js';
import { DailyMarks1790000000041 } from './1790000000041-daily-marks.js';
import { DailyForecast1790000000042 } from './1790000000042-daily-forecast.js';

/** In order; a migration that has run anywhere is never edited. */
export const MIGRATIONS = [
  Pipeline1790000000000,
  Entities1790000000001,
  Entries1790000000002,
  PackRevision1790000000003,
  Alerts1790000000004,
  AlertYears1790000000020,
  NewestEvents1790000000021,
  AskedAt1790000000030,
  OpenPages1790000000031,
  AssigneeUntold1790000000032,
  CapMessages1790000000033,
  PartlySimulated1790000000034,
  HeardThen1790000000040,
  DailyMarks1790000000041,
  DailyForecast1790000000042,
];
