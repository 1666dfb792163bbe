import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { DAY_MS, type BoardState, type Text } from '#libs/contracts';
import { matchesType, seesSector, sharesUnits, freshnessOf, type Board, type UnitLookup } from '#libs/live';
import { BucketReader } from '#libs/persistence';
import { CLOCK, ProblemError, Settings, type Clock } from '#libs/platform';
import { Catalogue } from '#libs/sector-kit';
import { ForViewers } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { answeredMoment, pastState } from '../boards/past-boards.js';
import { UNITS } from '../gateway.tokens.js';
import { maySee } from '../live/topic-policy.js';
import { StateQueryDto } from './boards.dto.js';

/** Questions for the past that are answered at the same time; each reads from the database. */
const PAST_AT_ONCE = 4;

interface BoardAt {
  /** The moment that is shown: now, or the minute (or hour) that holds the moment asked for. */
  at: string;
  /** False while the live state may be behind; past states are always true. */
  fresh: boolean;
  state: BoardState;
}

/** What boards show, now or at any past moment, and how fresh the sources are. */
@Controller('v1')
@ForViewers()
export class BoardsController {
  private busy = 0;

  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(UNITS) private readonly units: UnitLookup,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Boards that the viewer may see. */
  @Get('boards')
  list(@CurrentViewer() viewer: Viewer): { boards: { id: string; title: Text }[] } {
    const boards = this.data.boards.filter((board) => maySee(viewer, board));
    return { boards: boards.map(({ id, title }) => ({ id, title })) };
  }

  @Get('boards/:id/state')
  async state(
    @CurrentViewer() viewer: Viewer,
    @Param('id') id: string,
    @Query() { at }: StateQueryDto,
  ): Promise<BoardAt> {
    const board = this.boards.board(id);
    // A board outside the scope is not told apart from one that does not exist.
    if (!board || !maySee(viewer, board))
      throw new ProblemError(404, 'board-unknown', 'Not Found', 'There is no such board.');
    if (at !== undefined) return this.past(viewer, board, new Date(at).getTime());
    const now = this.boards.stateNow(board, viewer.scope);
    return { at: new Date(now.at).toISOString(), fresh: this.data.behindSince === null, state: now.state };
  }

  /** Sources that the viewer may see, each with when it was last heard. */
  @Get('sources')
  sources(@CurrentViewer() { scope }: Viewer): { sources: object[] } {
    const packs = this.catalogue.packs.filter((pack) => seesSector(scope, pack.id));
    const types = packs.flatMap((pack) => pack.events.map((event) => event.type));
    const sources = this.data.sources.filter(
      (source) => types.some((type) => matchesType(source.types, type)) && sharesUnits(scope, source.units, this.units),
    );
    const now = this.clock.now();
    const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
    return {
      sources: sources.map((source) => ({
        id: source.id,
        name: source.name,
        every: source.every,
        simulated: source.simulated,
        lastEvent: iso(source.lastEvent),
        lastSeen: iso(source.lastSeen),
        level: freshnessOf(source, now),
      })),
    };
  }

  private async past(viewer: Viewer, board: Board, asked: number): Promise<BoardAt> {
    const now = this.clock.now();
    if (asked > now)
      throw new ProblemError(400, 'time-future', 'Bad Request', 'at lies in the future.', { field: 'at' });
    if (asked < now - this.settings.EVENT_MAX_AGE_DAYS * DAY_MS) {
      const detail = `at lies further back than the ${this.settings.EVENT_MAX_AGE_DAYS} days of which the hub takes events.`;
      throw new ProblemError(400, 'time-too-old', 'Bad Request', detail, { field: 'at' });
    }
    if (this.busy >= PAST_AT_ONCE) {
      throw new ProblemError(503, 'busy', 'Service Unavailable', 'Too many questions for the past at once.', {}, 1);
    }
    const at = answeredMoment(asked, now, this.settings.MINUTE_DAYS);
    this.busy++;
    try {
      const state = await pastState(
        { catalogue: this.catalogue, reader: this.reader, units: this.units },
        board,
        viewer.scope,
        at,
      );
      return { at: new Date(at).toISOString(), fresh: true, state };
    } finally {
      this.busy--;
    }
  }
}
