import { describe, expect, test } from '@jest/globals';
import { type Unit, UnitTree } from './unit-tree.js';

const unit = (code: string, parent: string | null, predecessors: string[] = []): Unit => {
  return { code, name: code, type: 'xã', parent, lon: null, lat: null, predecessors };
};
/** Province 92 took in 93 and 94; commune 31001 was made of two old ones, 31150 lost a part to 31151. */
const tree = new UnitTree([
  unit('92', null, ['Cần Thơ', 'Hậu Giang', 'Sóc Trăng']),
  unit('56', null),
  unit('31001', '92', ['92']),
  unit('31340', '92', ['93']),
  unit('31500', '92', ['94']),
  unit('31501', '92', ['94']),
  unit('31600', '92', ['11600', '11601']),
  unit('31601', '92', ['11602']),
  unit('31602', '92', ['11602']),
  unit('22333', '56', ['56']),
]);

describe('a unit that was merged away', () => {
  test('lies in the unit that took it over', () => {
    expect(tree.today('11600')).toBe('31600');
    expect(tree.within('11600', '31600')).toBe(true);
    expect(tree.within('11600', '92')).toBe(true);
    expect(tree.within('11600', '56')).toBe(false);
  });

  test('where several took a part each, in the lowest unit above them', () => {
    expect(tree.today('11602')).toBe('92');
    expect(tree.within('11602', '92')).toBe(true);
    expect(tree.within('11602', '31601')).toBe(false);
    expect(tree.today('94')).toBe('92');
  });

  test('as the name of a route or silence stands for those that took it over, and for nobody who may look', () => {
    const named = ['31600', '11600', '11601', '31601', '92'].filter((code) => tree.isNamed(code, '11600'));
    expect(named).toEqual(['31600', '11600', '11601']);
    expect(['31601', '31602', '31600', '92'].filter((code) => tree.isNamed(code, '11602'))).toEqual(['31601', '31602']);
    // A code that lives on, and what is left of a former unit, are what they were.
    expect(['31001', '31340'].filter((code) => tree.isNamed(code, '31001'))).toEqual(['31001']);
    expect(['31500', '31340', '92'].filter((code) => tree.isNamed(code, 'former:94'))).toEqual(['31500']);
    expect(tree.mergedInto('31600')).toEqual([]);
    expect(tree.covers(['11600'], '31600')).toBe(false);
  });

  test('has an heir since the day on which the last of it was merged', () => {
    const own = new UnitTree([
      unit('92', null),
      { ...unit('31500', '92', ['94', '11500']), mergedOn: { 94: '2025-07-01', 11500: '2025-07-01' } },
      { ...unit('31501', '92', ['94']), mergedOn: { 94: '2026-01-01' } },
    ]);
    const since = (day: string) => Date.parse(`${day}T00:00:00+07:00`);
    expect(own.heir('11500')).toEqual({ code: '31500', since: since('2025-07-01') });
    // Several took a part of the old province: together they are the new one.
    expect(own.heir('94')).toEqual({ code: '92', since: since('2026-01-01') });
    expect([own.heir('92'), own.heir('31500')]).toEqual([undefined, undefined]);
  });

  test('is held by the unit of its time until the merger, by the one that took it over since', () => {
    const day = '2025-07-01';
    const merged = (code: string, parent: string | null, former: string[]) => {
      return { ...unit(code, parent, former), mergedOn: Object.fromEntries(former.map((one) => [one, day])) };
    };
    const own = new UnitTree([merged('92', null, ['92', '93', '94']), merged('31500', '92', ['94', '11500', '11501'])]);
    const at = Date.parse(`${day}T00:00:00+07:00`);
    const province = { code: '92', since: at, until: Infinity };
    const former = { code: '94', since: -Infinity, until: at };
    expect(own.holders('31500')).toEqual([former, province]);
    // There was no 31500 before: what is told for it of earlier years is of all that it was made of.
    expect(own.holders('11500')).toEqual([{ code: '31500', since: -Infinity, until: Infinity }, former, province]);
    const lives = new UnitTree([merged('92', null, ['92', '93']), merged('31500', '92', ['31500', '11500'])]);
    expect(lives.holders('11500')[0]).toEqual({ code: '31500', since: at, until: Infinity });
    const named = new UnitTree([merged('08', null, ['Hà Giang', 'Tuyên Quang']), unit('00700', '08')]);
    expect(named.holders('00700')[0]).toEqual({ code: '08', since: at, until: Infinity });
    expect([own.holders('94'), own.holders('92'), own.holders('00000')]).toEqual([[province], [], []]);
  });

  test('a code that is still in use stays what it is', () => {
    expect([tree.today('92'), tree.today('31500'), tree.today('00000')]).toEqual(['92', '31500', '00000']);
    expect([tree.has('94'), tree.has('11600'), tree.has('00000')]).toEqual([true, true, false]);
  });
});

describe('former:94, the old province inside the new one', () => {
  test('holds the communes that came from it, and what was counted for its own old code', () => {
    const inside = ['31500', '31501', '94', '31001', '31340', '22333', '92'].filter((code) =>
      tree.within(code, 'former:94'),
    );
    expect(inside).toEqual(['31500', '31501', '94']);
  });

  test('a code that lives on in a larger unit: the old province 92 is only what came from it', () => {
    expect(['31001', '31500', '92'].filter((code) => tree.within(code, 'former:92'))).toEqual(['31001']);
  });

  test('what was made of several is of none of them alone', () => {
    expect(tree.within('31600', 'former:11600')).toBe(false);
  });

  test('a commune may have come from communes as well as from a province', () => {
    const own = new UnitTree([
      unit('92', null),
      unit('31500', '92', ['11500', '11501', '94']),
      unit('31501', '92', ['11502', '94']),
    ]);
    const inside = (former: string) => ['31500', '31501'].filter((code) => own.within(code, former));
    expect([inside('former:94'), inside('former:11502'), inside('former:11500')]).toEqual([
      ['31500', '31501'],
      ['31501'],
      [],
    ]);
    expect([own.today('11501'), own.today('11502'), own.today('94')]).toEqual(['31500', '31501', '92']);
  });

  test('lies where the whole of it went', () => {
    expect([tree.within('former:94', '92'), tree.within('former:92', '92'), tree.within('former:94', '56')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('is known only where something is left of it', () => {
    expect([tree.has('former:94'), tree.has('former:99')]).toEqual([true, false]);
    expect(tree.covers(['former:94'], '31501')).toBe(true);
    expect(tree.covers(['former:94'], '31340')).toBe(false);
  });
});

test('the old provinces are together the new one, for everything that is counted by commune', () => {
  const communes = ['31001', '31340', '31500', '31501'];
  const count = (within: string): number => communes.filter((code) => tree.within(code, within)).length;
  expect(count('former:92') + count('former:93') + count('former:94')).toBe(count('92'));
});
