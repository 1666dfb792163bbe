import type { Rule, Severity } from '#libs/contracts';

let events = 0;
const TYPE = 'vn.ioc.agriculture.salinity.measured.v1';

/** One reading of each station, now. */
export const floodOf = (stations: readonly string[], salinity: number): object[] =>
  stations.map((station) => ({
    id: `bench-${events++}`,
    type: TYPE,
    time: new Date().toISOString(),
    unit: '92',
    data: { station, salinity },
  }));

const both = (text: string) => ({ vi: text, en: text });

/** Above a limit, at one station or at all. */
export function waterRule(id: string, severity: Severity, above: number, station?: string): Rule {
  const where = station === undefined ? '' : `, station: ${station}`;
  const condition = { kind: 'threshold' as const, value: `last_max(agriculture.salinity, 2h${where})`, above };
  return { id, title: both(id), sector: 'agriculture', severity, note: both('bench'), condition };
}

/** 2,000 rules: ten about each of 10,000 stations, the others about five that lie together; one in twenty is critical. */
export const FLOOD_RULES: readonly Rule[] = Array.from({ length: 2_000 }, (_, i): Rule => {
  const stations = Array.from({ length: 5 }, (_, k) => `s${i * 5 + k}`).join(' | ');
  const wide = i % 200 === 7;
  const severity = i % 20 === 0 ? 'critical' : 'warning';
  return { ...waterRule(`own.flood-${i}`, severity, 30 + (i % 20), wide ? undefined : stations), by: 'station' };
});
