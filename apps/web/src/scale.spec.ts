import { describe, expect, test } from '@jest/globals';
import type { TileView } from '#libs/contracts';
import { pageOf, reflow, scaleOf } from './scale.js';

const tile = (id: string, col: number, row: number, width: number, height: number): TileView => ({
  id,
  kind: id === 'head' ? 'headline' : id.startsWith('n') ? 'number' : 'lines',
  title: { vi: id, en: id },
  area: { col, row, width, height },
});

describe('type size', () => {
  test('40 px for five metres at 1080p, twice that at 4K, never under 20 px at 1080p', () => {
    expect(scaleOf(1920, 1080, 5)).toMatchObject({ base: 40, key: 120, layout: 'landscape' });
    expect(scaleOf(3840, 2160, 5).base).toBe(80);
    expect(scaleOf(1920, 1080, 5).tiny).toBeGreaterThanOrEqual(20);
  });

  test('a farther board is larger; an ultra-wide one follows its height', () => {
    expect(scaleOf(1920, 1080, 6).base).toBeGreaterThan(40);
    expect(scaleOf(7680, 2160, 5).base).toBe(80);
  });

  test('portrait and phone have layouts of their own, the phone at least 16 px', () => {
    expect(scaleOf(1080, 1920, 5).layout).toBe('portrait');
    const phone = scaleOf(390, 844, 5);
    expect(phone.layout).toBe('phone');
    expect(Math.min(phone.tiny, phone.small, phone.base)).toBeGreaterThanOrEqual(16);
  });
});

describe('portrait', () => {
  const tiles = [
    tile('head', 0, 0, 24, 1),
    ...[0, 1, 2, 3, 4, 5].map((i) => tile(`n${i}`, i * 4, 1, 4, 3)),
    tile('lines', 0, 4, 9, 4),
    tile('map', 9, 4, 8, 8),
    tile('list', 17, 4, 7, 8),
    tile('bars', 0, 8, 9, 4),
  ];

  test('every tile has a place, each shelf is filled, nothing overlaps', () => {
    const { shelves, tiles: placed } = reflow(tiles);
    expect(placed.map((p) => p.id).sort()).toEqual(tiles.map((t) => t.id).sort());
    shelves.forEach((height, shelf) => {
      expect(height).toBeGreaterThan(0);
      let next = 0;
      for (const p of placed.filter((one) => one.shelf === shelf)) {
        expect(p.col).toBe(next);
        next += p.width;
      }
      expect(next).toBe(12);
    });
  });

  test('reading order stays: the sentence first, then the numbers', () => {
    const { tiles: placed } = reflow(tiles);
    const shelf = (id: string) => placed.find((p) => p.id === id)?.shelf ?? -1;
    expect(shelf('head')).toBe(0);
    expect(shelf('n0')).toBeLessThan(shelf('lines'));
  });
});

describe('pages of a list', () => {
  const items = [1, 2, 3, 4, 5];
  test('all when they fit, else in turn with a full last page', () => {
    expect(pageOf(items, 5, 3)).toEqual({ shown: items, from: 0 });
    expect(pageOf(items, 2, 0).shown).toEqual([1, 2]);
    expect(pageOf(items, 2, 2).shown).toEqual([4, 5]);
    expect(pageOf(items, 2, 3).shown).toEqual([1, 2]);
  });

  test('every item is shown within a round', () => {
    const seen = new Set([0, 1, 2].flatMap((turn) => pageOf(items, 2, turn).shown));
    expect(seen.size).toBe(5);
  });
});
