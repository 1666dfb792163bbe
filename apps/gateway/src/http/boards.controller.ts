import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { BoardState, Text } from '#libs/contracts';
import { matchesType, seesSector, sharesUnits, freshnessOf, type Board, type UnitLookup } from '#libs/live';
import { BucketReader } from '#libs/persistence';
import { CLOCK, ProblemError, type Clock } from '#libs/platform';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import { ForViewers } from '../access/access.guard.js';
import { CurrentViewer } from '../access/current-viewer.js';
import type { Viewer } from '../access/viewer.js';
import { BoardData } from '../boards/board-data.js';
import { LiveBoards } from '../boards/live-boards.js';
import { formulasOf, minutesBack, pastState } from '../boards/past-boards.js';
import { PastQuestions } from '../boards/past-questions.js';
import { UNITS } from '../gateway.tokens.js';
import { maySee } from '../live/topic-policy.js';
import { StateQueryDto } from './boards.dto.js';

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
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(LiveBoards) private readonly boards: LiveBoards,
    @Inject(BoardData) private readonly data: BoardData,
    @Inject(BucketReader) private readonly reader: BucketReader,
    @Inject(UNITS) private readonly units: UnitLookup,
    @Inject(PastQuestions) private readonly questions: PastQuestions,
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
        owners: ownersOf(packs, source.types),
        every: source.every,
        simulated: source.simulated,
        lastEvent: iso(source.lastEvent),
        lastSeen: iso(source.lastSeen),
        level: freshnessOf(source, now),
      })),
    };
  }

  private past(viewer: Viewer, board: Board, asked: number): Promise<BoardAt> {
    const { catalogue, reader, units } = this;
    const back = minutesBack(formulasOf(board, catalogue), catalogue, asked);
    const work = async (at: number): Promise<BoardAt> => {
      const state = await pastState({ catalogue, reader, units }, board, viewer.scope, at);
      return { at: new Date(at).toISOString(), fresh: true, state };
    };
    return this.questions.answer(asked, this.clock.now(), work, back);
  }
}

/** Who answers for what these types may bring: the owners of their sectors. */
function ownersOf(packs: readonly SectorPack[], types: readonly string[]): Text[] {
  const fed = packs.filter((pack) => pack.events.some(({ type }) => matchesType(types, type)));
  return [...new Map(fed.flatMap(({ owner }) => (owner ? [[owner.vi, owner] as const] : []))).values()];
}
