import { VN_OFFSET_MS, type HeadlineState, type Level, type SourcesState, type TickerState } from '#libs/contracts';
import { type BoardContext, type SourceInfo, sourcesOfPack, visiblePacks, visibleSources } from './board-context.js';
import { evaluateFormula } from './formula.js';
import { levelOf, worse } from './level.js';
import { seesUnit } from './scope.js';
import { isHidden } from './shared-view.js';
import { higher } from './tally-groups.js';

const MAX_TICKER = 30;

/** The newest events in sight; on shared views none of those that are hidden while they are few. */
export function evaluateTicker(context: BoardContext): TickerState {
  const packs = visiblePacks(context);
  const items: TickerState['items'] = [];
  for (const event of context.recent) {
    if (items.length >= MAX_TICKER) break;
    const pack = context.catalogue.packOfType(event.type);
    if (!pack || !packs.includes(pack) || !seesUnit(context.scope, event.unit, context.units)) continue;
    if (context.scope.shared && context.catalogue.tellsFew(event.type)) continue;
    items.push({
      key: `${event.source}/${event.id}`,
      at: event.time,
      sector: pack.title,
      unit: event.unit === null ? null : (context.units.find(event.unit)?.name ?? event.unit),
      text: event.text,
      simulated: context.sources.find((source) => source.id === event.source)?.simulated ?? false,
    });
  }
  return { kind: 'ticker', items, at: items[0]?.at ?? null };
}

/**
 * How fresh a source is by its promise: attention after twice the promised interval without an event, serious after
 * four times. The older of newest event and newest arrival counts: old data that arrives now is still old.
 */
export function freshnessOf(source: SourceInfo, now: number): Level {
  const heard = heardAt(source);
  if (heard === null) return 'unknown';
  const age = now - heard;
  if (age > 4 * source.every * 1000) return 'serious';
  return age > 2 * source.every * 1000 ? 'attention' : 'ok';
}

/** When a source was last heard with something new, epoch ms; null: never. */
export function heardAt({ lastEvent, lastSeen }: Pick<SourceInfo, 'lastEvent' | 'lastSeen'>): number | null {
  return lastEvent === null || lastSeen === null ? lastSeen : Math.min(lastEvent, lastSeen);
}

export function evaluateSources(context: BoardContext): SourcesState {
  const sources = visibleSources(context)
    .map(({ id, name, lastEvent, lastSeen, every, simulated, ...rest }) => ({
      id,
      name,
      lastEvent,
      lastSeen,
      every,
      level: freshnessOf({ id, name, lastEvent, lastSeen, every, simulated, ...rest }, context.moment.at),
      simulated,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const at = sources.reduce<number | null>((newest, source) => higher(newest, source.lastSeen), null);
  return { kind: 'sources', sources, at };
}

/** The sentence of the moment: indicators out of bounds, silent sources, and the time of the newest data. */
export function evaluateHeadline(context: BoardContext): HeadlineState {
  let level: Level = 'ok';
  let critical = 0;
  let serious = 0;
  let attention = 0;
  for (const pack of visiblePacks(context)) {
    for (const indicator of pack.indicators) {
      if (!indicator.levels || (context.scope.shared && isHidden(indicator.formula, context, true))) continue;
      const own = levelOf(evaluateFormula(context, indicator.formula).value, indicator.levels, context.moment.at);
      if (own === 'critical') critical++;
      if (own === 'serious') serious++;
      if (own === 'attention') attention++;
      if (own !== 'unknown') level = worse(level, own);
    }
  }
  const sources = visibleSources(context);
  const silent = sources.filter((source) => freshnessOf(source, context.moment.at) === 'serious').length;
  if (silent > 0) level = worse(level, 'attention');
  const at = sources.reduce<number | null>((newest, source) => higher(newest, source.lastSeen), null);
  return {
    kind: 'headline',
    text: sentence({ critical, serious, attention, silent, at }),
    level,
    at,
    ...simulatedOf(context),
  };
}

function simulatedOf(context: BoardContext): { simulated?: true } {
  const any = visiblePacks(context).some((pack) =>
    sourcesOfPack(context.sources, pack).some((source) => source.simulated),
  );
  return any ? { simulated: true } : {};
}

interface Count {
  critical: number;
  serious: number;
  attention: number;
  silent: number;
  at: number | null;
}

function sentence({ critical, serious, attention, silent, at }: Count): HeadlineState['text'] {
  const vi: string[] = [];
  const en: string[] = [];
  if (critical > 0) {
    vi.push(`${critical} chỉ số nguy cấp`);
    en.push(`${critical} critical ${plural(critical, 'indicator')}`);
  }
  if (serious > 0) {
    vi.push(`${serious} chỉ số nghiêm trọng`);
    en.push(`${serious} serious ${plural(serious, 'indicator')}`);
  }
  if (critical + serious === 0 && attention > 0) {
    vi.push(`${attention} chỉ số cần chú ý`);
    en.push(`${attention} ${plural(attention, 'indicator')} ${attention === 1 ? 'needs' : 'need'} attention`);
  }
  if (critical + serious + attention === 0) {
    vi.push('Không có chỉ số nghiêm trọng');
    en.push('No serious indicator');
  }
  if (silent > 0) {
    vi.push(`${silent} nguồn im lặng`);
    en.push(`${silent} silent ${plural(silent, 'source')}`);
  }
  vi.push(at === null ? 'chưa có dữ liệu' : `mọi số liệu tính đến ${clockTime(at)}`);
  en.push(at === null ? 'no data yet' : `all figures as of ${clockTime(at)}`);
  return { vi: vi.join(' · '), en: en.join(' · ') };
}

const plural = (count: number, noun: string): string => (count === 1 ? noun : `${noun}s`);
const clockTime = (at: number): string => new Date(at + VN_OFFSET_MS).toISOString().slice(11, 19);
