import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ARCHIPELAGOS, COUNTRY, contains, extentOf, gridStep, placeLabels, project, radiusOf } from './geo.js';
import type { Box, Extent } from './geo.js';

const box: Box = { x: 10, y: 20, width: 600, height: 400 };
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('projection', () => {
  test('the whole extent lies in the box, north up, true to scale', () => {
    const extent: Extent = [105, 9, 106, 10];
    const p = project(extent, box);
    for (const [lon, lat] of [
      [105, 9],
      [106, 10],
    ] as const) {
      expect(p.x(lon)).toBeGreaterThanOrEqual(box.x);
      expect(p.x(lon)).toBeLessThanOrEqual(box.x + box.width);
      expect(p.y(lat)).toBeGreaterThanOrEqual(box.y - 1e-6);
      expect(p.y(lat)).toBeLessThanOrEqual(box.y + box.height + 1e-6);
    }
    expect(p.y(10)).toBeLessThan(p.y(9));
    const kmX = (p.x(106) - p.x(105)) / (111.32 * Math.cos((9.5 * Math.PI) / 180));
    const kmY = (p.y(9) - p.y(10)) / 111.32;
    expect(kmX).toBeCloseTo(kmY, 6);
  });

  test('what the box shows is what projects into it', () => {
    const p = project([105, 9, 106, 10], box);
    expect(p.x(p.shown[0])).toBeCloseTo(box.x, 6);
    expect(p.y(p.shown[1])).toBeCloseTo(box.y + box.height, 6);
  });

  test('a map of the country holds both archipelagos', () => {
    for (const island of ARCHIPELAGOS) expect(contains(COUNTRY, island.lon, island.lat)).toBe(true);
  });

  test('an extent around points holds them, also around a single one', () => {
    const one = extentOf([{ lon: 106, lat: 9.5 }]);
    expect(contains(one, 106, 9.5)).toBe(true);
    expect(one[2] - one[0]).toBeGreaterThanOrEqual(0.2 - 1e-9);
    expect(gridStep(one)).toBeLessThan(0.2);
  });
});

test('the area of a dot grows with its value', () => {
  expect(radiusOf(null, 40, 2, 10)).toBe(2);
  expect(radiusOf(10, 40, 2, 10)).toBe(6);
  expect(radiusOf(40, 40, 2, 10)).toBe(10);
});

describe('labels', () => {
  const wish = fc.record({
    x: fc.integer({ min: 10, max: 610 }),
    y: fc.integer({ min: 20, max: 420 }),
    width: fc.integer({ min: 20, max: 150 }),
    must: fc.boolean(),
  });

  test('never cover each other or leave the box', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
        const all = wishes.map((w, i) => ({ ...w, key: String(i), radius: 5, height: 18 }));
        const marks = all.map((w) => ({ x: w.x - 5, y: w.y - 5, width: 10, height: 10 }));
        const places = placeLabels(all, marks, box);
        places.forEach((a, i) => {
          expect(a.x >= box.x && a.y >= box.y && a.x + a.width <= 610 && a.y + a.height <= 420).toBe(true);
          for (const b of places.slice(i + 1)) expect(overlap(a, b)).toBe(false);
          if (wishes[Number(a.key)]?.must === false) expect(marks.some((mark) => overlap(a, mark))).toBe(false);
        });
      }),
    );
  });

  test('the first wish wins the place; one that must be read covers a mark rather than vanish', () => {
    const at = (key: string, must: boolean) => ({ key, x: 300, y: 200, radius: 5, width: 60, height: 18, must });
    const crowd = [{ x: 100, y: 100, width: 400, height: 200 }];
    expect(placeLabels([at('a', false)], crowd, box)).toEqual([]);
    expect(placeLabels([at('a', true)], crowd, box).map((p) => p.key)).toEqual(['a']);
    expect(placeLabels([at('first', false), at('second', false)], [], box)[0]?.key).toBe('first');
  });

  test('one that must cover a mark covers the lightest', () => {
    const all = { x: 0, y: 0, width: 620, height: 440 };
    const bad = { x: 305, y: 150, width: 100, height: 100, weight: 4 };
    const wish = { key: 'a', x: 300, y: 200, radius: 5, width: 60, height: 18, must: true };
    expect(placeLabels([wish], [all], box)[0]?.x).toBeGreaterThan(300);
    expect(placeLabels([wish], [all, bad], box)[0]?.x).toBeLessThan(300);
  });
});
