import { isDayName } from '#libs/contracts';
import type { PackSettingDoc } from './pack-setting.js';
import type { Indicator, SectorPack } from './sector.js';

/**
 * What an operator may set of every pack beside its own settings: targets and levels of its indicators, by code without the
 * sector. What is left out keeps the pack's own.
 */
export const INDICATOR_SETTINGS = ['indicatorTargets', 'indicatorLevels'] as const;

const LEVELS = ['attention', 'serious', 'critical'];
const MOST_STEPS = 50;

type Given = Record<string, unknown>;
type Setting = (typeof INDICATOR_SETTINGS)[number];

/** The pack with the targets and levels that the operator gives. `fail` throws, with the sector in front. */
export function withIndicatorSettings(
  pack: SectorPack,
  given: { [setting in Setting]?: unknown },
  fail: (what: string) => never,
): SectorPack {
  const targets = entriesOf(pack, 'indicatorTargets', given.indicatorTargets, fail);
  const levels = entriesOf(pack, 'indicatorLevels', given.indicatorLevels, fail);
  const indicators = pack.indicators.map((indicator): Indicator => {
    const code = indicator.code.slice(pack.id.length + 1);
    const { target, levels: known, ...rest } = indicator;
    const own = code in targets ? targetOf(targets[code], `indicatorTargets.${code}`, fail) : target;
    const steps = code in levels ? levelsOf(levels[code], `indicatorLevels.${code}`, fail) : known;
    return {
      ...rest,
      ...(own === undefined ? {} : { target: own }),
      ...(steps === undefined ? {} : { levels: steps }),
    };
  });
  return { ...pack, indicators };
}

/** Both settings with what the pack itself says; none for a pack without indicators. */
export function indicatorSettingsOf(pack: SectorPack): (PackSettingDoc & { preset: unknown })[] {
  const presets = (setting: 'target' | 'levels'): object =>
    Object.fromEntries(
      pack.indicators.flatMap(({ code, [setting]: preset }) =>
        preset === undefined ? [] : [[code.slice(pack.id.length + 1), preset]],
      ),
    );
  if (pack.indicators.length === 0) return [];
  const assumed = { assumed: true, source: 'published where the note of the indicator names it, else' };
  return [
    {
      name: 'indicatorTargets',
      text: 'Targets of indicators, by code: a number, `null` for none, or `[{"from": "2026-01-01", "value": 90}, …]`',
      ...assumed,
      preset: presets('target'),
    },
    {
      name: 'indicatorLevels',
      text: 'Limits of indicators, by code, worst last: `[{"level": "attention", "under": 90}, …]` (only below it) or `below` (from there down), `above` (from there up), `over` (only above it); with `validFrom` and `validTo` for a time only; `null` for none',
      ...assumed,
      preset: presets('levels'),
    },
  ];
}

function entriesOf(pack: SectorPack, setting: Setting, given: unknown, fail: (what: string) => never): Given {
  if (given === undefined) return {};
  if (!isObject(given)) return fail(`${setting} must be an object by indicator`);
  const codes = pack.indicators.map(({ code }) => code.slice(pack.id.length + 1));
  for (const code of Object.keys(given))
    if (!codes.includes(code)) fail(`${setting}.${code} is no indicator; there are ${codes.join(', ')}`);
  return given;
}

function targetOf(given: unknown, name: string, fail: (what: string) => never): Indicator['target'] {
  if (given === null) return undefined;
  if (isNumber(given)) return given;
  const wanted = `${name} must be a number, null, or a list such as [{"from": "2026-01-01", "value": 90}], oldest first`;
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_STEPS) return fail(wanted);
  let last = '';
  return given.map((step: unknown) => {
    if (!isObject(step) || typeof step.from !== 'string' || !isDayName(step.from)) return fail(wanted);
    if (!isNumber(step.value) || step.from <= last) return fail(wanted);
    last = step.from;
    return { from: step.from, value: step.value };
  });
}

function levelsOf(given: unknown, name: string, fail: (what: string) => never): Indicator['levels'] {
  if (given === null) return undefined;
  const wanted = `${name} must be null or a list such as [{"level": "attention", "under": 90}], worst last, each with above, over, below or under, and perhaps validFrom and validTo`;
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_STEPS) return fail(wanted);
  let worst = -1;
  return given.map((step: unknown) => {
    if (!isObject(step)) return fail(wanted);
    const { level, above, over, below, under, validFrom, validTo, ...more } = step;
    const days = Object.entries({ validFrom, validTo }).filter(([, day]) => day !== undefined);
    if (days.some(([, day]) => typeof day !== 'string' || !isDayName(day))) return fail(wanted);
    const rank = LEVELS.indexOf(String(level));
    const limits = Object.entries({ above, over, below, under }).filter(([, limit]) => limit !== undefined);
    const [limit] = limits;
    // The same level may stand again for other days.
    if (
      rank < Math.max(0, worst) ||
      (rank === worst && days.length === 0) ||
      limits.length !== 1 ||
      !limit ||
      !isNumber(limit[1]) ||
      Object.keys(more).length > 0
    )
      return fail(wanted);
    worst = rank;
    return {
      level: LEVELS[rank] as 'attention',
      ...Object.fromEntries([limit, ...days]),
    };
  });
}

const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
