import type { AlertsState, BoardState, TileState, TileView } from '#libs/contracts';
import { withAlertCounts } from '../alert-headline.js';
import { withAlerts } from '../alerts-layout.js';
import { connectionOf, simulatedPart } from '../board-store.js';
import type { Effect, ScreenState } from '../board-store.js';
import { h, setText } from '../dom.js';
import { formatAge, formatClock, formatDate, formatWeekday } from '../format.js';
import { say } from '../language.js';
import { LiveClient } from '../live-client.js';
import type { Denied } from '../live-client.js';
import { levelIcon } from '../marks.js';
import { MISSING_TILE } from '../number-rows.js';
import { takeToken } from '../settings.js';
import { reflow, scaleOf } from '../scale.js';
import { TakeoverBand } from '../takeover.js';
import { AlertsTile, alertsOf } from '../tiles/alerts.js';
import { ArrangedNumbers } from '../tiles/arranged-numbers.js';
import { makeTile } from '../tiles/make-tile.js';
import type { WallTile } from '../tiles/make-tile.js';
import { NumberTile } from '../tiles/number.js';
import type { TileContext } from '../tiles/tile.js';
import { refusalCard } from './refusal.js';
import { switches } from './switches.js';

/** The board of all sectors. */
const OVERVIEW = 'overview';

/** A board on a screen: follows it live, lays it out, and says when it is stale. */
export class WallPage {
  private readonly heading = h('h1');
  private readonly badge = h('span', { class: 'simulated-badge', hidden: true });
  private readonly beat = h('span', { class: 'beat', title: '' });
  private readonly clock = h('time', { class: 'clock' });
  private readonly day = h('span', { class: 'day' });
  private readonly band = h('div', { class: 'band', role: 'status', hidden: true });
  private readonly grid = h('main', { class: 'grid' });
  private readonly card = h('div', { class: 'card-page', hidden: true });
  private readonly root: HTMLElement;
  private readonly takeover = new TakeoverBand();
  private readonly numbers = new ArrangedNumbers();
  private alerts: AlertsState | null = null;
  private alertsTile: AlertsTile | null = null;
  private views: readonly TileView[] = [];
  private first: readonly TileView[] = [];
  private tiles = new Map<string, WallTile>();
  private layout = '';
  private tellSimulated = true;
  private client: LiveClient | undefined;
  private denied: Denied | null = null;
  private readonly reduced = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    private readonly boardId: string,
    private readonly parent: HTMLElement,
  ) {
    const bar = h(
      'header',
      { class: 'bar' },
      this.heading,
      this.badge,
      switches(() => this.relabel()),
      this.beat,
      h('span', { class: 'when' }, this.day, this.clock),
      this.band,
    );
    this.root = h('div', { class: 'wall' }, bar, this.grid, this.card, this.takeover.element);
    this.grid.setAttribute('aria-busy', 'true');
  }

  start(): void {
    document.body.classList.add('is-wall');
    this.parent.replaceChildren(this.root);
    const token = takeToken();
    this.client = new LiveClient(`board:${this.boardId}`, token, {
      changed: (state, effect) => this.changed(state, effect),
      heard: () => this.second(),
      denied: (why) => this.refuse(why),
      alerts: (state) => this.alertsChanged(state),
    });
    setInterval(() => this.second(), 500);
    let pending = 0;
    new ResizeObserver(() => {
      cancelAnimationFrame(pending);
      pending = requestAnimationFrame(() => this.drawAll());
    }).observe(this.grid);
    // Type is measured on canvas: once the face is there, everything is drawn again with its widths.
    void Promise.all([
      document.fonts.load('400 20px "Inter Variable"', 'Aắ'),
      document.fonts.load('650 20px "Inter Variable"', '0ự'),
    ]).then(() => this.drawAll());
    this.second();
  }

  private get context(): TileContext {
    const distance = this.client?.screen.board?.board.distance ?? 5;
    return {
      scale: scaleOf(window.innerWidth, window.innerHeight, distance),
      now: () => this.now(),
      tellSimulated: this.tellSimulated,
      manySectors: this.boardId === OVERVIEW,
      motion: !this.reduced.matches,
    };
  }

  private now(): number {
    return performance.timeOrigin + performance.now() + (this.client?.screen.offset ?? 0);
  }

  private changed(state: ScreenState, effect: Effect): void {
    if (state.board === null || !('draw' in effect)) return;
    if (this.denied !== null) {
      this.denied = null;
      this.card.hidden = true;
      this.beat.hidden = false;
    }
    if (effect.draw === 'all') this.build(state.board);
    else if (effect.draw !== 'nothing') this.draw(effect.draw);
    this.second();
  }

  /** Makes the tiles anew when the board's layout differs; else only draws. */
  private build(board: BoardState): void {
    const any = this.anyAlerts;
    const layout = JSON.stringify([board.board, any]);
    if (layout !== this.layout) {
      for (const tile of this.tiles.values()) tile.dispose();
      this.layout = layout;
      const laid = any === null ? { tiles: board.board.tiles, alerts: null } : withAlerts(board.board.tiles, any);
      this.tiles = new Map(laid.tiles.map((view) => [view.id, makeTile(view)]));
      this.alertsTile = laid.alerts === null ? null : new AlertsTile(laid.alerts);
      // First in reading order where tiles flow; on the grid each has its place.
      this.first = this.alertsTile
        ? [{ ...this.alertsTile.frame.view, area: { ...this.alertsTile.frame.view.area, row: 0 } }]
        : [];
      this.views = [...this.first, ...laid.tiles];
      this.numbers.lay(laid.tiles, (id) => this.tiles.get(id)?.frame.element);
      const frames = [...this.tiles.values()].map(({ frame }) => frame.element);
      const headline = frames.findIndex((element) => element.matches('.tile-headline'));
      if (this.alertsTile) frames.splice(headline + 1, 0, this.alertsTile.frame.element);
      this.grid.replaceChildren(...frames, this.numbers.missing);
      document.title = say(board.board.title);
      setText(this.heading, say(board.board.title));
      this.grid.setAttribute('aria-busy', 'false');
    }
    this.drawAll();
  }

  private drawAll(): void {
    const board = this.client?.screen.board;
    const { scale } = this.context;
    const style = this.root.style;
    for (const name of ['base', 'small', 'tiny'] as const)
      style.setProperty(`--${name}-size`, `${scale[name].toFixed(2)}px`);
    this.root.dataset.layout = scale.layout;
    if (board === null || board === undefined) return;
    this.place(scale.layout);
    this.draw([...this.tiles.keys()]);
    this.drawAlerts();
  }

  /** The sector of this board; null on the board of all. */
  private get sector(): string | null {
    return this.boardId === OVERVIEW ? null : this.boardId;
  }

  /** Whether this board has open alerts; null while nothing is known of alerts. */
  private get anyAlerts(): boolean | null {
    return this.alerts === null ? null : alertsOf(this.alerts, this.sector).lines.length > 0;
  }

  private alertsChanged(state: AlertsState): void {
    const before = this.anyAlerts;
    this.alerts = state;
    this.takeover.show(state, this.now(), !this.reduced.matches);
    const board = this.client?.screen.board;
    if (board === null || board === undefined) return;
    if (before !== this.anyAlerts) return this.build(board);
    this.drawAlerts();
    this.draw(board.board.tiles.flatMap(({ id, kind }) => (kind === 'headline' ? [id] : [])));
  }

  private drawAlerts(): void {
    if (this.alerts === null || this.alertsTile === null) return;
    const { lines, total } = alertsOf(this.alerts, this.sector);
    this.alertsTile.draw(lines, total, this.context);
  }

  private place(layout: string): void {
    const narrow = layout === 'portrait' ? reflow(this.views) : null;
    this.grid.style.gridTemplateRows =
      narrow === null ? '' : narrow.shelves.map((height) => `minmax(0, ${height.toFixed(2)}fr)`).join(' ');
    for (const placed of narrow?.tiles ?? []) {
      const tile = this.tiles.get(placed.id) ?? this.alertsTile;
      const style = (placed.id === MISSING_TILE ? this.numbers.missing : tile?.frame.element)?.style;
      style?.setProperty('--shelf', String(placed.shelf + 1));
      style?.setProperty('--shelf-col', String(placed.col + 1));
      style?.setProperty('--shelf-width', String(placed.width));
    }
  }

  private draw(ids: readonly string[]): void {
    const board = this.client?.screen.board;
    if (board === null || board === undefined) return;
    const tell = simulatedPart(board) !== 'all';
    if (tell !== this.tellSimulated) {
      this.tellSimulated = tell;
      this.draw([...this.tiles.keys()]);
      return;
    }
    const context = this.context;
    const moved = this.numbers.arrange(board.tiles);
    if (moved !== null) {
      this.views = [...this.first, ...moved];
      this.place(context.scale.layout);
    }
    let numbers = moved !== null;
    for (const id of ids) {
      const tile = this.tiles.get(id);
      const state: TileState | undefined = board.tiles[id];
      if (tile === undefined || state === undefined) continue;
      tile.draw(state.kind === 'headline' ? withAlertCounts(state, this.alerts, this.sector) : state, context);
      numbers ||= tile.renderer instanceof NumberTile;
    }
    if (numbers) this.evenNumbers(context);
    const part = simulatedPart(board);
    this.badge.hidden = part === 'none';
    const all = say({ vi: 'MÔ PHỎNG', en: 'SIMULATED' });
    setText(this.badge, part === 'all' ? all : say({ vi: 'MÔ PHỎNG một phần', en: 'PARTLY SIMULATED' }));
    this.badge.title =
      part === 'all'
        ? say({ vi: 'Mọi số liệu trên bảng này là mô phỏng', en: 'All numbers on this board are simulated' })
        : '';
  }

  /** Number tiles of one height share the type size of the widest among them. */
  private evenNumbers(context: TileContext): void {
    const groups = new Map<number, { tile: NumberTile; size: number }[]>();
    for (const { renderer, frame } of this.tiles.values()) {
      if (!(renderer instanceof NumberTile)) continue;
      const height = Math.round(frame.element.clientHeight / 12);
      const group = groups.get(height) ?? [];
      group.push({ tile: renderer, size: renderer.fit(context) });
      groups.set(height, group);
    }
    for (const group of groups.values()) {
      const least = Math.min(...group.filter(({ tile }) => !tile.missing).map(({ size }) => size));
      for (const { tile, size } of group) tile.size(tile.missing ? size : Math.max(least, size * 0.6));
    }
  }

  /** Clock, heartbeat, stale band and whatever ages. */
  private second(): void {
    const screen = this.client?.screen;
    if (screen === undefined) return;
    const now = this.now();
    setText(this.clock, formatClock(now));
    setText(this.day, `${formatWeekday(now)}, ${formatDate(now)}`);
    const connection = connectionOf(screen, performance.timeOrigin + performance.now());
    const stale = connection.is !== 'live';
    this.root.classList.toggle('stale', stale && screen.board !== null);
    this.band.hidden = !stale || this.denied !== null;
    if (connection.is === 'live') {
      const age = formatAge(connection.age);
      setText(this.beat, say({ vi: `Trực tiếp · ${age}`, en: `Live · ${age}` }));
    } else {
      const at = formatClock(connection.since);
      const old = screen.board === null;
      const text =
        connection.is === 'behind'
          ? say({
              vi: `Số liệu có thể chậm từ ${at} — máy chủ đang bắt kịp`,
              en: `Numbers may be behind since ${at} — the server is catching up`,
            })
          : old
            ? say({ vi: 'Chưa kết nối được máy chủ — đang thử lại', en: 'Cannot reach the server — trying again' })
            : say({
                vi: `Mất kết nối từ ${at} — đang hiển thị số liệu cũ`,
                en: `Connection lost at ${at} — showing old numbers`,
              });
      if (this.band.textContent !== text) this.band.replaceChildren(levelIcon('attention') ?? '', h('span', {}, text));
    }
    const context = this.context;
    this.takeover.draw(now, context.motion);
    this.alertsTile?.second(context);
    let crowded = false;
    for (const tile of this.tiles.values()) {
      tile.second(context);
      crowded ||= tile.renderer instanceof NumberTile && tile.renderer.crowded;
    }
    // A mark that came or went takes room from a number.
    if (crowded) this.evenNumbers(context);
  }

  private relabel(): void {
    const board = this.client?.screen.board;
    this.layout = '';
    if (board !== null && board !== undefined) this.build(board);
    if (this.denied !== null) this.card.replaceChildren(refusalCard(this.denied, this.boardId));
    this.second();
  }

  /** A plain sentence that says what to do; the connection is tried again behind it. */
  private refuse(latest: Denied): void {
    // After a revocation the next tries are refused too; what happened first is what the viewer must know.
    const why = this.denied === 'revoked' && latest === 'no-access' ? 'revoked' : latest;
    if (why === this.denied) return;
    this.denied = why;
    this.alerts = null;
    this.takeover.show(null, this.now(), false);
    this.card.hidden = false;
    this.beat.hidden = true;
    this.card.replaceChildren(refusalCard(why, this.boardId));
    this.second();
  }
}
