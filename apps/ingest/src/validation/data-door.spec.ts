import { expect, test } from '@jest/globals';
import { DAY_MS } from '#libs/contracts';
import { enteredType } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import { DataDoor } from './data-door.js';
import { Pseudonyms } from './pseudonyms.js';

const NOW = Date.parse('2026-11-22T14:32+07:00');
const catalogue = await loadCatalogue();
const pseudonyms = new Pseudonyms('x'.repeat(40));
const doors = new Map(
  catalogue.packs.flatMap((pack) => pack.events.map((type) => [type.type, new DataDoor(type, pack.labels)] as const)),
);

/** What the door says of a figure that a source tells; null: it lets it through. */
function faultOf(metric: string, ...dims: string[]): string | null {
  const [sector = '', code = ''] = metric.split('.');
  const data = { metric: code, dims, period: '2026-01-01', value: 5, version: 1 };
  const event = { id: 'e', source: 's', type: enteredType(sector), time: NOW, unit: '92', data };
  const fault = doors.get(event.type)?.admit(event, pseudonyms) ?? null;
  return fault && `${fault.path} ${fault.message}`;
}

test('a figure whose dimensions nothing reads is refused from sources, too, with what they may say', () => {
  expect(faultOf('dossiers.score-done', 'published', 'H13.25')).toBeNull();
  expect(faultOf('dossiers.score-done', 'published', 'h13.777')).toBe(
    '/data/dims dims must have as agency the code of an agency such as H13 or H13.25',
  );
  expect(faultOf('dossiers.score-done', 'publised', 'H13')).toMatch(/dims must have as part one of .*published/);
  expect(faultOf('health.history', 'A97')).toBeNull();
  expect(faultOf('health.history', 'A97.0')).toMatch(/dims must have as disease a disease as its cases are counted/);
  expect(faultOf('targets.dti-index', 'c47')).toBeNull();
  expect(faultOf('targets.dti-index', 'c48')).toMatch(/dims must have as index one of m1, /);
});

test('every figure that the packs simulate passes the door', () => {
  const of = { from: NOW - DAY_MS, to: NOW, seed: 1, pace: 0.1 };
  const simulated = catalogue.packs.flatMap(({ simulation }) => [...(simulation?.events(of) ?? [])]);
  const figures = simulated.filter(({ type }) => type.endsWith('.value.published.v1'));
  expect(figures.length).toBeGreaterThan(100);
  for (const event of figures)
    expect([event.data, doors.get(event.type)?.admit(event, pseudonyms)]).toEqual([event.data, null]);
});
