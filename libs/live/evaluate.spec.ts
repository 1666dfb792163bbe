import { describe, expect, test } from '@jest/globals';
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  periodStart,
  RESOLUTIONS,
  type BarsState,
  type BucketRow,
  type HeadlineState,
  type LinesState,
  type MapState,
  type NumberState,
  type SourcesState,
  type TableState,
  type TickerState,
  type TileState,
} from '#libs/contracts';
import fc from 'fast-check';
import { Catalogue, type Place, type Tile } from '#libs/sector-kit';
import { harbour, harbourCatalogue } from '../../test/support/harbour-pack.js';
import type { Board, BoardContext, SourceInfo } from './board-context.js';
import { BucketSet } from './bucket-set.js';
import { evaluateTile, visibleTiles } from './evaluate.js';
import { evaluateNumber } from './number-tile.js';
import { overviewBoard } from './overview.js';
import { EVERYTHING, type UnitLookup } from './scope.js';

const PARENTS: Record<string, string> = { T101: 'T1', T102: 'T1', T201: 'T2' };
const units: UnitLookup = {
  within: (code, ancestor) => code === ancestor || PARENTS[code] === ancestor,
  find: (code) => ({ name: `Unit ${code}`, lon: 105, lat: 10 }),
};
const catalogue = harbourCatalogue();
const board: Board = { ...harbour.board, packs: [harbour] };
/** 14:32:05 on Sunday 22 November 2026 in Vietnam. */
const NOW = Date.UTC(2026, 10, 22, 7, 32, 5);
const MIDNIGHT = periodStart('d', NOW);

/** Buckets as the worker would fill them from these observations. */
function fill(metric: string, observations: { at: number; dims: string[]; value: number }[]): BucketRow[] {
  const rows = new Map<string, BucketRow>();
  for (const { at, dims, value } of observations) {
    for (const resolution of RESOLUTIONS) {
      const start = periodStart(resolution, at);
      const key = `${dims.join()} ${resolution} ${start}`;
      const row = rows.get(key) ?? {
        metric,
        dims,
        resolution,
        start,
        count: 0,
        sum: 0,
        min: null,
        max: null,
        last: null,
        lastAt: null,
        version: 0,
      };
      row.count += 1;
      row.sum += value;
      row.min = Math.min(row.min ?? value, value);
      row.max = Math.max(row.max ?? value, value);
      if (at >= (row.lastAt ?? -Infinity)) [row.last, row.lastAt] = [value, at];
      row.version += 1;
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

const ship = (at: number, unit = 'T101', pier = 'n', value = 100) => ({ at, dims: [unit, pier], value });

function context(rows: BucketRow[], changed: Partial<BoardContext> = {}): BoardContext {
  const buckets = new BucketSet();
  buckets.apply(rows, NOW);
  return {
    catalogue,
    buckets,
    units,
    scope: EVERYTHING,
    moment: { at: NOW, live: true },
    packs: [harbour],
    sources: [],
    recent: [],
    ...changed,
  };
}

function number(code: string, from: BoardContext): NumberState {
  const found = catalogue.indicator(code);
  if (!found) throw new Error(code);
  return evaluateNumber(from, found.indicator);
}

function tile<S extends TileState>(id: string, from: BoardContext): S {
  const found = board.tiles.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return evaluateTile(found, from) as S;
}

const SOURCE: SourceInfo = {
  id: 's',
  name: 'S',
  types: ['vn.ioc.harbour.*'],
  units: ['*'],
  every: 60,
  simulated: false,
  lastEvent: NOW,
  lastSeen: NOW,
};

describe('numbers', () => {
  test('"today" begins at Vietnamese midnight', () => {
    const rows = fill('harbour.arrivals', [ship(MIDNIGHT - 1), ship(MIDNIGHT), ship(NOW)]);
    expect(number('harbour.arrivals-today', context(rows)).value).toBe(2);
    const later = { moment: { at: MIDNIGHT + DAY_MS, live: true } };
    expect(number('harbour.arrivals-today', context(rows, later)).value).toBe(0);
  });

  test('nothing counted is no data before the first observation of the sector, and 0 after it', () => {
    const fresh = context([]);
    for (const code of ['harbour.arrivals-today', 'harbour.moored-now'])
      expect(number(code, fresh)).toMatchObject({ value: null, at: null });
    const past = context([], { moment: { at: NOW, live: false } });
    expect(number('harbour.arrivals-today', past).value).toBeNull();
    for (const from of [fresh, past]) {
      from.buckets.observe(['elsewhere.events']);
      expect(number('harbour.arrivals-today', from).value).toBeNull();
      from.buckets.observe(['harbour.water']);
      expect(number('harbour.arrivals-today', from).value).toBe(0);
    }
  });

  test('nothing counted is 0, nothing measured is no data, and a quotient of nothing is no data', () => {
    const empty = context([]);
    empty.buckets.observe(['harbour.moored']);
    expect(number('harbour.arrivals-today', empty)).toMatchObject({ value: 0, at: null });
    expect(number('harbour.water-high', empty)).toMatchObject({ value: null, level: 'unknown' });
    expect(number('harbour.tonnes-each', empty).value).toBeNull();
    const some = context(fill('harbour.arrivals', [ship(NOW, 'T101', 'n', 30), ship(NOW, 'T101', 'n', 50)]));
    expect(number('harbour.tonnes-each', some).value).toBe(40);
  });

  test('the worst threshold that is reached gives the level', () => {
    const ships = (count: number) =>
      context(
        fill(
          'harbour.arrivals',
          Array.from({ length: count }, () => ship(NOW)),
        ),
      );
    const level = (count: number) => number('harbour.arrivals-today', ships(count)).level;
    expect([4, 5, 9, 10].map(level)).toEqual(['ok', 'attention', 'attention', 'serious']);
  });

  test('the highest of the newest readings, not of all; a gauge silent for longer than the window is out', () => {
    const gauge = (code: string, at: number, value: number) => ({ at, dims: ['T101', code], value });
    const rows = fill('harbour.water', [
      gauge('g1', NOW - HOUR_MS, 9),
      gauge('g1', NOW, 3),
      gauge('g2', NOW - MINUTE_MS, 2),
      gauge('g3', NOW - 5 * HOUR_MS, 99),
    ]);
    expect(number('harbour.water-high', context(rows)).value).toBe(3);
  });

  test('a stock is its level now; its spark line follows what it was', () => {
    const level: BucketRow = {
      metric: 'harbour.moored',
      dims: ['T101'],
      resolution: 'now',
      start: 0,
      count: 4,
      sum: 4,
      min: null,
      max: null,
      last: null,
      lastAt: NOW,
      version: 1,
    };
    const from = context([level]);
    from.buckets.addLevels([{ metric: 'harbour.moored', dims: ['T101'], at: NOW - 3 * HOUR_MS, value: 7 }]);
    const state = number('harbour.moored-now', from);
    expect(state.value).toBe(4);
    expect(state.spark.slice(-5)).toEqual([null, 7, 7, 7, 4]);
    expect(state.spark).toHaveLength(48);
  });

  test('a stock has no past before its first sample: a gap, not a climb from 0', () => {
    const from = context([]);
    from.buckets.observe(['harbour.moored']);
    expect(number('harbour.moored-now', from).spark.slice(-2)).toEqual([null, 0]);
    from.buckets.addLevels([{ metric: 'harbour.moored', dims: ['T101'], at: NOW - 2 * HOUR_MS, value: 40_514 }]);
    from.buckets.addLevels([{ metric: 'harbour.moored', dims: ['T101'], at: NOW - HOUR_MS, value: 0 }]);
    expect(number('harbour.moored-now', from).spark.slice(-4)).toEqual([null, 40_514, 0, 0]);
    const lines = { ...board.tiles.find((one) => one.kind === 'lines'), over: { hours: 4 } } as Tile & {
      kind: 'lines';
    };
    const series = [{ measure: { metric: 'harbour.moored', agg: 'sum' as const } }];
    const state = evaluateTile({ ...lines, series }, from) as LinesState;
    expect(state.lines[0]?.values).toEqual([null, 40_514, 0, 0]);
  });

  test('a past moment counts exactly what had happened by then', () => {
    const times = fc.array(fc.integer({ min: MIDNIGHT, max: MIDNIGHT + DAY_MS - 1 }), { maxLength: 40 });
    const moments = fc.integer({ min: MIDNIGHT, max: MIDNIGHT + DAY_MS - 1 }).map((at) => periodStart('m', at));
    fc.assert(
      fc.property(times, moments, (happened, at) => {
        const rows = fill(
          'harbour.arrivals',
          happened.map((time) => ship(time)),
        );
        const from = context(rows, { moment: { at, live: false } });
        from.buckets.observe(['harbour.arrivals']);
        const state = number('harbour.arrivals-today', from);
        expect(state.value).toBe(happened.filter((time) => time < at).length);
      }),
      { numRuns: 60 },
    );
  });

  test('a comparison says with what, and is left open while it is not known', () => {
    const yesterday = context(fill('harbour.arrivals', [ship(NOW - DAY_MS - 60_000), ship(NOW - DAY_MS - 120_000)]), {
      moment: { at: NOW - DAY_MS, live: false },
    });
    const known = context([], { earlier: ({ step, back }) => (step === 'day' && back === 1 ? yesterday : null) });
    expect(number('harbour.arrivals-today', known)).toMatchObject({
      before: 2,
      beforeLabel: { vi: 'hôm qua cùng giờ' },
    });
    expect(number('harbour.arrivals-today', context([])).before).toBeNull();
    expect(number('harbour.water-high', known)).toMatchObject({ before: null, beforeLabel: null });
  });
});

describe('scope', () => {
  const rows = fill('harbour.arrivals', [ship(NOW, 'T101'), ship(NOW, 'T102'), ship(NOW, 'T201')]);

  test('a province has the numbers of its communes, and of no other', () => {
    const seen = (list: string[] | '*') =>
      number('harbour.arrivals-today', context(rows, { scope: { sectors: '*', units: list } })).value;
    expect([seen('*'), seen(['T1']), seen(['T201']), seen([])]).toEqual([3, 2, 1, 0]);
  });

  test('a part of what is only told as a whole is no data, not 0; a unit of which others have some is 0', () => {
    const seen = (told: readonly string[], list: string[]) =>
      number(
        'harbour.arrivals-today',
        context(
          fill(
            'harbour.arrivals',
            told.map((unit) => ship(NOW, unit)),
          ),
          { scope: { sectors: '*', units: list } },
        ),
      ).value;
    expect(seen(['T1'], ['T1'])).toBe(1);
    expect(seen(['T1'], ['T101'])).toBeNull();
    expect(seen(['T1', 'T102'], ['T101'])).toBe(0);
    expect(seen(['T2'], ['T101'])).toBe(0);
  });

  test('two viewers of the same buckets never share partial sums', () => {
    const from = context(rows);
    const counts = ['*' as const, ['T1'], '*' as const, ['T2']].map(
      (list) => number('harbour.arrivals-today', { ...from, scope: { sectors: '*', units: list } }).value,
    );
    expect(counts).toEqual([3, 2, 3, 1]);
  });

  test('another sector is not shown at all', () => {
    const scope = { sectors: ['elsewhere'], units: '*' as const };
    expect(number('harbour.arrivals-today', context(rows, { scope })).value).toBe(0);
    expect(visibleTiles(board, catalogue, scope).map(({ id }) => id)).not.toContain('arrivals');
  });
});

describe('charts', () => {
  test('lines: a line for each value, a step for each hour, zero where a flow had nothing', () => {
    const rows = fill('harbour.arrivals', [ship(NOW), ship(NOW), ship(NOW - 2 * HOUR_MS), ship(NOW, 'T101', 's')]);
    const state = tile<LinesState>('by-pier', context(rows));
    expect(state.steps.at(-1)).toBe(periodStart('h', NOW));
    expect(state.lines.map(({ label, values }) => [label.vi, values])).toEqual([
      ['Cầu bắc', [1, 0, 2]],
      ['s', [0, 0, 1]],
    ]);
  });

  test('bars: the largest categories first, no more than asked for', () => {
    const rows = fill('harbour.arrivals', [
      ...['a', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'd', 'd'].map((unit) => ship(NOW - 6 * DAY_MS, unit)),
      ship(NOW - 7 * DAY_MS, 'a'),
    ]);
    const state = tile<BarsState>('by-unit', context(rows));
    expect(state.categories.map(({ key }) => key)).toEqual(['d', 'c', 'b']);
    expect(state.groups[0]?.values).toEqual([4, 3, 2]);
  });

  test('tables: ordered by the first column; a gauge without a reading is there, last, without a number', () => {
    const rows = fill('harbour.water', [{ at: NOW, dims: ['T101', 'g1'], value: 5 }]);
    const state = tile<TableState>('gauges', context(rows));
    expect(state.rows.map(({ key, cells, level, at }) => [key, cells[0], level, at])).toEqual([
      ['g1', 5, 'critical', NOW],
      ['g2', null, 'unknown', null],
    ]);
  });

  test('a row is late only when its gauge is older than was promised', () => {
    const readings = (at: number) => fill('harbour.water', [{ at, dims: ['T101', 'g1'], value: 5 }]);
    const late = (at: number, every: number) => {
      const sources = [{ ...SOURCE, every }];
      return tile<TableState>('gauges', context(readings(at), { sources })).rows[0]?.late;
    };
    expect([late(NOW - HOUR_MS, 600), late(NOW - HOUR_MS, 7200), late(NOW, 600)]).toEqual([true, undefined, undefined]);
  });

  test('maps of the country name Hoàng Sa and Trường Sa; a map of elsewhere does not', () => {
    const map = harbour.board.tiles.find((one) => one.kind === 'map');
    if (!map) throw new Error('no map');
    const labels = (extent?: [number, number, number, number]): string[] =>
      (evaluateTile(extent ? { ...map, extent } : map, context([])) as MapState).points
        .filter(({ shape }) => shape === 'label')
        .map(({ label }) => label.vi);
    expect(labels()).toEqual([expect.stringContaining('Hoàng Sa'), expect.stringContaining('Trường Sa')]);
    expect(labels([102, 8, 118, 24])).toHaveLength(2);
    expect(labels([105, 9, 107, 11])).toHaveLength(0);
  });

  test('a map shows each place of its layer, with or without a reading', () => {
    const rows = fill('harbour.water', [{ at: NOW, dims: ['T101', 'g1'], value: 5 }]);
    const { points } = tile<MapState>('map', context(rows));
    const stations = points.filter(({ shape }) => shape === 'station');
    expect(stations.map(({ key, value, lon }) => [key, value, lon])).toEqual([
      ['gauge:g1', 5, 106],
      ['gauge:g2', null, 107],
    ]);
  });
});

describe('status', () => {
  const source = (changed: Partial<SourceInfo>): SourceInfo => ({ ...SOURCE, ...changed });

  test('a source is late after twice what it promised, silent after four times; old data that just came is old', () => {
    const age = (seconds: number) => NOW - seconds * 1_000;
    const sources = [
      source({ id: 'a', lastEvent: age(119) }),
      source({ id: 'b', lastEvent: age(121) }),
      source({ id: 'c', lastEvent: age(241) }),
      source({ id: 'd', lastEvent: null, lastSeen: null }),
      source({ id: 'e', types: ['vn.ioc.elsewhere.*'] }),
    ];
    const state = tile<SourcesState>('sources', context([], { sources }));
    expect(state.sources.map(({ id, level }) => [id, level])).toEqual([
      ['a', 'ok'],
      ['b', 'attention'],
      ['c', 'serious'],
      ['d', 'unknown'],
    ]);
  });

  test('the headline counts what is serious and who is silent, and says as of when', () => {
    const rows = fill(
      'harbour.arrivals',
      Array.from({ length: 10 }, () => ship(NOW)),
    );
    const sources = [source({}), source({ id: 't', lastEvent: NOW - HOUR_MS, lastSeen: NOW - HOUR_MS })];
    const state = tile<HeadlineState>('headline', context(rows, { sources }));
    expect(state.text.vi).toBe('1 chỉ số nghiêm trọng · 1 nguồn im lặng · mọi số liệu tính đến 14:32:05');
    expect(state.text.en).toBe('1 serious indicator · 1 silent source · all figures as of 14:32:05');
    expect(state.level).toBe('serious');
    expect(tile<HeadlineState>('headline', context([])).text.vi).toContain('chưa có dữ liệu');
  });

  test('the headline says what needs attention when nothing is serious', () => {
    const text = (arrivals: number, sources = [source({})]) =>
      tile<HeadlineState>(
        'headline',
        context(
          fill(
            'harbour.arrivals',
            Array.from({ length: arrivals }, () => ship(NOW)),
          ),
          { sources },
        ),
      ).text;
    expect(text(5).vi).toMatch(/^1 chỉ số cần chú ý · /);
    expect(text(5).en).toMatch(/^1 indicator needs attention · /);
    expect(text(4).vi).toMatch(/^Không có chỉ số nghiêm trọng · /);
    expect(text(10).vi).not.toContain('cần chú ý');
  });

  test('numbers of a sector with a simulated source are marked, and those older than promised are late', () => {
    const rows = fill('harbour.arrivals', [ship(NOW - 2 * MINUTE_MS)]);
    const marks = (changed: Partial<SourceInfo>) =>
      number('harbour.arrivals-today', context(rows, { sources: [source(changed)] }));
    expect(marks({ simulated: true }).simulated).toBe(true);
    expect(marks({}).simulated).toBeUndefined();
    expect(marks({}).late).toBe(true);
    expect(marks({ every: 600 }).late).toBeUndefined();
  });

  test('the ticker of a shared view tells no single case of what is hidden while it is few', () => {
    const metrics = harbour.metrics.map((one) => (one.code === 'harbour.arrivals' ? { ...one, hideBelow: 5 } : one));
    const events = harbour.events.map((one, i) => ({ ...one, adds: [['arrivals'], ['water']][i] ?? [] }));
    const packs = [{ ...harbour, metrics, events }];
    const recent = events.map(({ type }) => {
      return { source: 's', id: type.split('.')[3] ?? '', type, time: NOW, unit: 'T101', text: { vi: '', en: '' } };
    });
    const shown = (shared: boolean) => {
      const scope = { ...EVERYTHING, ...(shared ? { shared } : {}) };
      const all = context([], { recent, packs, catalogue: new Catalogue(packs), scope });
      return tile<TickerState>('ticker', all).items.map(({ key }) => key);
    };
    expect(shown(false)).toEqual(['s/ship', 's/gauge']);
    expect(shown(true)).toEqual(['s/gauge']);
  });

  test("the ticker leaves out what happened outside the viewer's units", () => {
    const event = (id: string, unit: string | null) => ({
      source: 's',
      id,
      type: 'vn.ioc.harbour.ship.arrived.v1',
      time: NOW,
      unit,
      text: { vi: id, en: id },
    });
    const recent = [event('1', 'T101'), event('2', 'T201'), event('3', null)];
    const shown = (list: string[] | '*') =>
      tile<TickerState>('ticker', context([], { recent, scope: { sectors: '*', units: list } })).items.map(
        ({ key }) => key,
      );
    expect(shown('*')).toEqual(['s/1', 's/2', 's/3']);
    expect(shown(['T1'])).toEqual(['s/1']);
  });
});

test('the overview is laid out without overlap from what packs declare, whatever their number', () => {
  for (const count of [0, 1, 2, 3, 5, 8]) {
    const packs = Array.from({ length: count }, (_, i) => ({ ...harbour, id: `p${i}` }));
    const { tiles } = overviewBoard({ ...catalogue, packs, metric: () => undefined, places: () => new Map() } as never);
    const taken = new Set<string>();
    for (const { id, area } of tiles) {
      expect([id, area.width > 0, area.height > 0]).toEqual([id, true, true]);
      expect(area.col + area.width).toBeLessThanOrEqual(24);
      expect(area.row + area.height).toBeLessThanOrEqual(12);
      for (let x = area.col; x < area.col + area.width; x++) {
        for (let y = area.row; y < area.row + area.height; y++) {
          expect([id, taken.has(`${x}/${y}`)]).toEqual([id, false]);
          taken.add(`${x}/${y}`);
        }
      }
    }
  }
});

test('the overview shows its places close up, and the country when it does not know where they are', () => {
  const extent = (gauge: readonly Place[], own?: [number, number, number, number]): Tile => {
    const tiles = harbour.board.tiles.map((one) => (one.kind === 'map' && own ? { ...one, extent: own } : one));
    const pack = { ...harbour, places: { gauge }, board: { ...harbour.board, tiles } };
    return overviewBoard(new Catalogue([pack])).tiles.find(({ kind }) => kind === 'map') as Tile;
  };
  const at = (code: string, lon: number, lat: number): Place => ({ code, name: code, unit: 'T101', lon, lat });
  const near = extent([at('g1', 105.6, 9.3), at('g2', 106.2, 10.1)]);
  if (near.kind !== 'map' || !near.extent) throw new Error('no extent');
  const [west, south, east, north] = near.extent;
  expect([west < 105.6, east > 106.2, south < 9.3, north > 10.1]).toEqual([true, true, true, true]);
  expect([east - west < 1.2, north - south < 1.2]).toEqual([true, true]);
  const somewhere: Place[] = [at('g1', 105.6, 9.3), { code: 'g2', name: 'g2', unit: 'T201' }];
  expect(extent(somewhere)).not.toHaveProperty('extent');
  expect(extent(somewhere, [105, 9, 107, 11])).toMatchObject({ extent: [105, 9, 107, 11] });
});
