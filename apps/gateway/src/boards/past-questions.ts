import { DAY_MS } from '#libs/contracts';
import type { Shift } from '#libs/live';
import { ProblemError } from '#libs/platform';
import { answeredMoment } from './past-boards.js';

/** Questions for the past that are answered at the same time; each reads from the database. */
const AT_ONCE = 4;

/** The bounds of questions for a past moment, shared by all that ask them. */
export class PastQuestions {
  private busy = 0;

  constructor(private readonly settings: { EVENT_MAX_AGE_DAYS: number; MINUTE_DAYS: number }) {}

  /**
   * Answers for the minute (or hour) that holds `asked` (epoch ms); `back`: see `answeredMoment`. Throws a problem of 400 that names the field `at`,
   * or of 503 when too many ask at once.
   */
  async answer<R>(asked: number, now: number, work: (at: number) => Promise<R>, back?: readonly Shift[]): Promise<R> {
    if (asked > now)
      throw new ProblemError(400, 'time-future', 'Bad Request', 'at lies in the future.', { field: 'at' });
    const days = this.settings.EVENT_MAX_AGE_DAYS;
    if (asked < now - days * DAY_MS) {
      const detail = `at lies further back than the ${days} days of which the hub takes events.`;
      throw new ProblemError(400, 'time-too-old', 'Bad Request', detail, { field: 'at' });
    }
    if (this.busy >= AT_ONCE)
      throw new ProblemError(503, 'busy', 'Service Unavailable', 'Too many questions for the past at once.', {}, 1);
    this.busy++;
    try {
      return await work(answeredMoment(asked, now, this.settings.MINUTE_DAYS, back));
    } finally {
      this.busy--;
    }
  }
}
