import type { Area } from '#libs/contracts';
import type { Indicator, Tile } from './sector.js';

/** Makes number tiles of a pack's own indicators, by their code without the pack's name. */
export function numberTiles(pack: string, indicators: readonly Indicator[]): (code: string, area: Area) => Tile {
  return (code, area) => {
    const indicator = indicators.find((candidate) => candidate.code === `${pack}.${code}`);
    if (!indicator) throw new Error(`no indicator ${pack}.${code}`);
    return { id: code, kind: 'number', title: indicator.title, note: indicator.note, area, indicator: indicator.code };
  };
}
