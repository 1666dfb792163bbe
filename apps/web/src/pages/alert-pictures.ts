import type { AlertDetail, LinesState, MapState, Text, TileState, TileView } from '#libs/contracts';
import { LEVEL_OF } from '../alert-words.js';
import { h } from '../dom.js';
import { makeTile } from '../tiles/make-tile.js';
import type { TileContext } from '../tiles/tile.js';

interface Picture {
  title: Text;
  element: HTMLElement;
}

const PLAIN = { unit: { vi: '', en: '' }, digits: 1 };
const AREA = { col: 0, row: 0, width: 24, height: 12 };
/** Degrees around the place. */
const AROUND = 0.35;

/** The value in the last hours with its limit drawn and named; null where the alert has none. */
export function alertChart({ chart, title, format, severity }: AlertDetail): Picture | null {
  if (chart === null) return null;
  const limit = chart.limit;
  const view: TileView = {
    id: 'alert-chart',
    kind: 'lines',
    title,
    area: AREA,
    format: format ?? PLAIN,
    ...(limit === null
      ? {}
      : { thresholds: [{ value: limit, label: { vi: 'Ngưỡng', en: 'Limit' }, level: LEVEL_OF[severity] }] }),
  };
  const state: LinesState = {
    kind: 'lines',
    at: null,
    steps: chart.steps,
    lines: [{ key: 'value', label: title, values: chart.values }],
  };
  return { title: { vi: 'Những giờ qua', en: 'The last hours' }, element: drawn(view, state, 'alert-chart') };
}

/** Where it is; null where that is not known. */
export function alertMap({ lon, lat, place, title, value, format, severity, firedAt }: AlertDetail): Picture | null {
  if (lon === null || lat === null) return null;
  const view: TileView = {
    id: 'alert-map',
    kind: 'map',
    title: place ?? title,
    area: AREA,
    format: format ?? PLAIN,
    extent: [lon - AROUND, lat - AROUND / 1.6, lon + AROUND, lat + AROUND / 1.6],
  };
  const level = LEVEL_OF[severity];
  const state: MapState = {
    kind: 'map',
    at: null,
    points: [{ key: 'here', label: place ?? title, lon, lat, value, level, shape: 'station', at: firedAt }],
  };
  return { title: { vi: 'Ở đâu', en: 'Where' }, element: drawn(view, state, 'alert-map') };
}

const CONTEXT: TileContext = {
  scale: { base: 24, small: 17, tiny: 16, key: 56, layout: 'landscape' },
  now: () => Date.now(),
  tellSimulated: true,
  manySectors: false,
  motion: false,
};

/** A tile of the wall, at the size of a desk. Drawn once it has a place, for it is measured. */
function drawn(view: TileView, state: TileState, name: string): HTMLElement {
  const tile = makeTile(view);
  tile.frame.element.querySelector('header')?.remove();
  const element = h('div', { class: name }, tile.frame.element);
  const sized = new ResizeObserver(() => {
    if (element.isConnected) tile.draw(state, CONTEXT);
    else {
      sized.disconnect();
      tile.dispose();
    }
  });
  sized.observe(element);
  return element;
}
