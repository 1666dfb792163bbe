import { Inject, Injectable } from '@nestjs/common';
import { dimensionsOf, readsSmallCounts, type SourcedSight, type UnitLookup } from '#libs/live';
import { AuditEntity, BucketReader } from '#libs/persistence';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { minutesBack, pastSight } from '../boards/past-boards.js';
import { PastQuestions } from '../boards/past-questions.js';
import { UNITS } from '../gateway.tokens.js';
import { type Owned, visibleIndicator } from './indicator-view.js';

/** What questions for indicators have in common: who may ask for which, the moment, and the audit. */
@Injectable()
export class Readings {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(PastQuestions) private readonly past: PastQuestions,
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(UNITS) private readonly units: UnitLookup,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** An indicator in force at `at` that the viewer may have; throws a problem of 404, also for what is not to be known. */
  find(code: string, viewer: Viewer, at: string | undefined): Owned {
    const owned = visibleIndicator(code, this.catalogue, viewer, this.momentOf(at));
    if (!owned) throw new ProblemError(404, 'indicator-unknown', 'Not Found', 'There is no such indicator.');
    return owned;
  }

  /**
   * Throws a problem of 400 (`by`) where an indicator cannot be taken apart by this dimension, of 403 where the viewer may
   * not have it so: small counts are hidden from shared views, and here they could be worked out one from another.
   */
  checkDimension({ indicator: { formula } }: Owned, by: string, { scope }: Viewer): void {
    const known = dimensionsOf(formula, this.catalogue);
    if (!known.includes(by)) {
      const detail = `by must be one of its dimensions: ${known.join(', ') || 'it has none'}`;
      throw new ProblemError(400, 'field-invalid', undefined, detail, { field: 'by' });
    }
    if (scope.shared && readsSmallCounts(formula, this.catalogue))
      throw new ProblemError(403, 'forbidden', 'Forbidden', 'Its small counts are not taken apart on shared views.');
  }

  /** Evaluates in memory for now, from the database for a past moment. */
  async at<R>(
    asked: string | undefined,
    viewer: Viewer,
    chosen: readonly Owned[],
    make: (sight: SourcedSight) => R,
  ): Promise<{ at: string; fresh: boolean; made: R }> {
    const { catalogue, reader, units } = this;
    if (asked === undefined) {
      const sight = this.boards.sightNow(viewer.scope);
      return { at: iso(sight.moment.at), fresh: this.data.behindSince === null, made: make(sight) };
    }
    const formulas = chosen.map(({ indicator }) => indicator.formula);
    const work = async (at: number): Promise<{ at: string; fresh: boolean; made: R }> => {
      const indicators = chosen.map(({ indicator }) => indicator);
      const sight = await pastSight({ catalogue, reader, units }, indicators, viewer.scope, at);
      return { at: iso(at), fresh: true, made: make({ ...sight, sources: this.data.sources }) };
    };
    const back = minutesBack(formulas, catalogue, Date.parse(asked));
    return this.past.answer(Date.parse(asked), this.clock.now(), work, back);
  }

  momentOf(at: string | undefined): number {
    return at === undefined ? this.clock.now() : Date.parse(at);
  }

  async note(viewer: Viewer, action: string, object: string, detail: object): Promise<void> {
    const actor = viewer.kind === 'user' ? viewer.name : `wall-link ${viewer.name}`;
    await this.database.getRepository(AuditEntity).insert({ actor, action, object, detail: { ...detail } });
  }
}

const iso = (at: number): string => new Date(at).toISOString();
