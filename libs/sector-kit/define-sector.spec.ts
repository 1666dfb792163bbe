import { describe, expect, test } from '@jest/globals';
import { IsInt, Max, Min } from 'class-validator';
import { formula } from './formula-text.js';
import { createPack, defineSector, packSettingsOf } from './define-sector.js';
import { PackSetting } from './pack-setting.js';
import type { SectorPack } from './sector.js';

class TestSettings {
  @PackSetting('Hours before a due time, working hours.', { assumed: true })
  @IsInt()
  @Min(1)
  @Max(40)
  dueSoonHours: number = 8;
}

const text = (hours: number) => ({ vi: `${hours} giờ`, en: `${hours} hours` });

const sector = defineSector(
  TestSettings,
  (settings) =>
    ({
      id: 'test',
      projections: [],
      indicators: [],
      labels: { due: { hours: text(settings.dueSoonHours) } },
    }) as unknown as SectorPack,
);

test('defaults hold until the operator sets another value', () => {
  expect(createPack('test', sector, undefined).labels['due']?.['hours']).toEqual(text(8));
  expect(createPack('test', sector, { dueSoonHours: 24 }).labels['due']?.['hours']).toEqual(text(24));
});

test('a wrong or unknown setting is refused with its sector and name', () => {
  expect(() => createPack('test', sector, { dueSoonHours: 0 })).toThrow(/sector test: dueSoonHours .*1/);
  expect(() => createPack('test', sector, { dueSoonHours: '8' })).toThrow(/dueSoonHours/);
  expect(() => createPack('test', sector, { dueSoon: 8 })).toThrow(
    /dueSoon is unknown; there are dueSoonHours, indicatorTargets, indicatorLevels/,
  );
  expect(() => createPack('test', sector, [8])).toThrow(/must be an object/);
  expect(() => createPack('test', sector, { indicatorTargets: 5 })).toThrow(
    /sector test: indicatorTargets must be an object/,
  );
});

test('a pack is named as its folder', () => {
  expect(() => createPack('other', sector, undefined)).toThrow('libs/sectors/other: pack.id is "test"');
});

test('a setting is documented where it is declared', () => {
  expect(packSettingsOf(sector)).toEqual([
    { name: 'dueSoonHours', text: 'Hours before a due time, working hours.', assumed: true, preset: 8 },
  ]);
});

describe('targets and levels of indicators', () => {
  const plain = {
    id: 'plain',
    projections: [],
    indicators: [
      { code: 'plain.share', formula: formula('1'), target: 80, levels: [{ level: 'attention', below: 80 }] },
      { code: 'plain.count', formula: formula('2') },
    ],
  } as unknown as SectorPack;
  const made = (given: unknown) => createPack('plain', plain, given).indicators;

  test('are the pack’s own until the operator sets others, in every pack', () => {
    expect(made(undefined)).toEqual(plain.indicators);
    const steps = [
      { from: '2026-01-01', value: 85 },
      { from: '2027-01-01', value: 90 },
    ];
    const limits = [
      { level: 'attention', under: 1 },
      { level: 'serious', over: 5 },
      { level: 'critical', above: 9, validTo: '2026-12-31' },
      { level: 'critical', above: 8, validFrom: '2027-01-01' },
    ];
    expect(made({ indicatorTargets: { share: steps, count: 3 }, indicatorLevels: { count: limits } })).toMatchObject([
      { target: steps, levels: [{ level: 'attention', below: 80 }] },
      { target: 3, levels: limits },
    ]);
    const [share] = made({ indicatorTargets: { share: null }, indicatorLevels: { share: null } });
    expect([share?.target, share?.levels]).toEqual([undefined, undefined]);
  });

  test('are documented with what the pack says', () => {
    expect(packSettingsOf(plain).map(({ name, preset }) => [name, preset])).toEqual([
      ['indicatorTargets', { share: 80 }],
      ['indicatorLevels', { share: [{ level: 'attention', below: 80 }] }],
    ]);
  });

  test.each([
    [{ indicatorTargets: { shares: 1 } }, 'indicatorTargets.shares is no indicator; there are share, count'],
    [{ indicatorTargets: { share: '80' } }, 'indicatorTargets.share must be a number'],
    [
      {
        indicatorTargets: {
          share: [
            { from: '2027-01-01', value: 1 },
            { from: '2026-01-01', value: 2 },
          ],
        },
      },
      'indicatorTargets.share must be',
    ],
    [{ indicatorTargets: { share: [{ from: 'soon', value: 1 }] } }, 'indicatorTargets.share must be'],
    [
      { indicatorLevels: { share: [{ level: 'bad', below: 1, validTo: '2026-12-31' }] } },
      'indicatorLevels.share must be',
    ],
    [{ indicatorLevels: { share: [{ level: 'bad', below: 1 }] } }, 'indicatorLevels.share must be null or a list'],
    [{ indicatorLevels: { share: [{ level: 'attention', under: 1, above: 2 }] } }, 'indicatorLevels.share must be'],
    [{ indicatorLevels: { share: [{ level: 'attention', beneath: 1 }] } }, 'indicatorLevels.share must be'],
    [
      { indicatorLevels: { share: [{ level: 'attention', under: 1, validFrom: 'soon' }] } },
      'indicatorLevels.share must be',
    ],
    [{ indicatorLevels: { share: [{ level: 'attention' }] } }, 'indicatorLevels.share must be'],
    [{ indicatorLevels: { share: [{ level: 'attention', below: 1, above: 2 }] } }, 'indicatorLevels.share must be'],
    [
      {
        indicatorLevels: {
          share: [
            { level: 'serious', below: 1 },
            { level: 'attention', below: 2 },
          ],
        },
      },
      'indicatorLevels.share must be',
    ],
  ])('%j is refused with what is wrong', (given, message) => {
    expect(() => made(given)).toThrow(`settings of the sector plain: ${message}`);
  });
});
