import { expect, test } from '@jest/globals';
import type { Choice, Rule } from '#libs/contracts';
import { EVERYTHING, type Scope } from '#libs/live';
import { Catalogue, type SectorPack } from '#libs/sector-kit';
import { harbour } from '../../../../test/support/harbour-pack.js';
import type { Viewer } from '../access/viewer.js';
import { ChoicesController } from './choices.controller.js';

const both = (text: string) => ({ vi: text, en: text });
const agency = (code: string) => ({ labels: { agency: { [code]: both(`Agency ${code}`) } } });
const port: SectorPack = { ...harbour, ...agency('H1.1') };
const yard: SectorPack = {
  ...{ ...harbour, ...agency('H1.2'), id: 'yard', board: { ...harbour.board, tiles: [] } },
  ...{ events: [], metrics: [], indicators: [], overview: [], places: {} },
};
const byAgency = (sector: string): Rule => ({
  ...{ id: `${sector}.slow`, title: both('slow'), sector, severity: 'warning', note: both('a'), by: 'agency' },
  condition: { kind: 'silent-source', times: 4 },
});

async function offered(scope: Scope): Promise<{ agencies: string[]; keys: string[] }> {
  const rules = { definitions: () => Promise.resolve([byAgency('harbour'), byAgency('yard')]) };
  const units = { all: () => [], find: () => undefined, within: () => false };
  const controller = new ChoicesController(new Catalogue([port, yard]), rules as never, units as never);
  const { agencies, keys } = await controller.choices({ scope } as Viewer);
  const codes = (list: readonly Choice[]): string[] => list.map(({ value }) => value);
  return { agencies: codes(agencies), keys: codes(keys) };
}

test('agencies are offered of the sectors that are seen, to those who see all units', async () => {
  expect(await offered(EVERYTHING)).toEqual({ agencies: ['H1.1', 'H1.2'], keys: ['H1.1', 'H1.2'] });
  expect(await offered({ sectors: ['yard'], units: '*' })).toEqual({ agencies: ['H1.2'], keys: ['H1.2'] });
  expect(await offered({ sectors: '*', units: ['T1'] })).toEqual({ agencies: [], keys: [] });
});
