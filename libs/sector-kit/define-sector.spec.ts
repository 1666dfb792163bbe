import { expect, test } from '@jest/globals';
import { IsInt, Max, Min } from 'class-validator';
import { createPack, defineSector, PackSetting, packSettingsOf } from './define-sector.js';
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
  (settings) => ({ id: 'test', labels: { due: { hours: text(settings.dueSoonHours) } } }) as unknown as SectorPack,
);

test('defaults hold until the operator sets another value', () => {
  expect(createPack('test', sector, undefined).labels['due']?.['hours']).toEqual(text(8));
  expect(createPack('test', sector, { dueSoonHours: 24 }).labels['due']?.['hours']).toEqual(text(24));
});

test('a wrong or unknown setting is refused with its sector and name', () => {
  expect(() => createPack('test', sector, { dueSoonHours: 0 })).toThrow(/sector test: dueSoonHours .*1/);
  expect(() => createPack('test', sector, { dueSoonHours: '8' })).toThrow(/dueSoonHours/);
  expect(() => createPack('test', sector, { dueSoon: 8 })).toThrow(/dueSoon is unknown; there are dueSoonHours/);
  expect(() => createPack('test', sector, [8])).toThrow(/must be an object/);
  expect(() => createPack('plain', { id: 'plain' } as SectorPack, {})).toThrow(/sector plain: this sector has none/);
});

test('a pack is named as its folder', () => {
  expect(() => createPack('other', sector, undefined)).toThrow('libs/sectors/other: pack.id is "test"');
});

test('a setting is documented where it is declared', () => {
  expect(packSettingsOf(sector)).toEqual([
    { name: 'dueSoonHours', text: 'Hours before a due time, working hours.', assumed: true, preset: 8 },
  ]);
});
