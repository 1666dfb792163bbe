import type { Resolution } from '#libs/contracts';
import type { BucketReader, PublishedEvent, PublishedKey } from '#libs/persistence';
import {
  enteredDims,
  enteredType,
  enteredValue,
  keyOfEntered,
  newerEntered,
  type Catalogue,
  type EnteredValue,
  type EnteredValueDto,
} from '#libs/sector-kit';
import type { BucketSet } from './bucket-set.js';

/** A published version: `code` with the sector, `series` all dimensions. */
interface Version extends EnteredValue {
  code: string;
  type: string;
  series: string[];
}

const RESOLUTIONS: readonly Resolution[] = ['h', 'd'];
/** Goes before whatever the worker wrote. */
const LATEST = Number.MAX_SAFE_INTEGER;

/**
 * Puts entered values back as they were published at `at` (epoch ms): a bucket holds the highest version of all, and says
 * nothing of those that it superseded. What was published first later than `at` is taken out. A version whose event is
 * older than raw events are kept, and that was not entered here, is not known any more: no data then, never the later one.
 * Returns the metrics of which something that changed later was known then.
 */
export async function asPublished(
  { catalogue, reader }: { catalogue: Catalogue; reader: BucketReader },
  buckets: BucketSet,
  metrics: Iterable<string>,
  at: number,
): Promise<string[]> {
  const entered = [...metrics].filter((code) => catalogue.metric(code)?.entered);
  if (entered.length === 0) return [];
  const types = new Set(entered.map((code) => enteredType(catalogue.packOfMetric(code)?.id ?? '')));
  const later = versionsOf(await reader.publishedAfter([...types], entered, at), catalogue);
  if (later.length === 0) return [];
  const places = new Map(later.map((version) => [placeOf(version), version]));
  const newest = new Map<string, Version>();
  for (const version of versionsOf(await reader.publishedUntil(keysOf(later, catalogue), at), catalogue)) {
    if (!places.has(placeOf(version))) continue;
    const thing = `${version.type}|${keyOfEntered(version)}`;
    newest.set(thing, newerEntered(newest.get(thing) ?? null, version));
  }
  const then = new Map<string, Version[]>();
  for (const version of newest.values()) {
    const list = then.get(placeOf(version));
    if (list) list.push(version);
    else then.set(placeOf(version), [version]);
  }
  for (const [place, version] of places) put(buckets, version, then.get(place) ?? []);
  for (const code of new Set(later.map((version) => version.code))) buckets.lookBack(code);
  return [...newest.values()].map(({ code }) => code);
}

function put(buckets: BucketSet, { code, series, start }: Version, versions: readonly Version[]): void {
  const known = versions.flatMap(({ value }) => (value === null ? [] : [value]));
  const sum = known.reduce((a, b) => a + b, 0);
  const lastAt = versions.length === 0 ? null : Math.max(...versions.map((version) => version.at));
  const cell = { count: known.length, sum, min: null, max: null, last: null, lastAt, version: LATEST };
  buckets.apply(RESOLUTIONS.map((resolution) => ({ metric: code, dims: series, resolution, start, ...cell })));
}

function versionsOf(events: readonly PublishedEvent[], catalogue: Catalogue): Version[] {
  return events.flatMap(({ source, type, time, unit, data }): Version[] => {
    const value = data as unknown as EnteredValueDto;
    const code = `${catalogue.packOfType(type)?.id}.${value.metric}`;
    const metric = catalogue.metric(code);
    if (!metric?.entered) return [];
    const own = enteredValue({ source, data: value, time, ...(unit === undefined ? {} : { unit }) }, metric);
    return [{ ...own, code, type, series: enteredDims(metric, own.unit, own.dims) }];
  });
}

const placeOf = ({ code, series, start }: Version): string => [code, start, ...series].join('\u001f');

function keysOf(versions: readonly Version[], catalogue: Catalogue): PublishedKey[] {
  const keys = versions.map(({ type, code, metric, unit, dims }) => {
    const ofUnit = catalogue.metric(code)?.dims.includes('unit') ?? false;
    return { type, metric, unit: ofUnit ? unit : null, dims };
  });
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}
