import { DAY_MS, weekStart, type Schedule } from '#libs/contracts';
import { call } from '../../api.js';
import { h } from '../../dom.js';
import { formatDay, formatHour, formatMoment } from '../../format.js';
import { say } from '../../language.js';
import { alertBox, tell } from '../desk.js';
import { button } from './fields.js';
import type { Shift } from './model.js';
import { DAYS, type Names } from './words.js';

/** A week of a schedule: one line a day, with who is on call from left (00:00) to right (24:00); on request each layer too. */
export function calendar(schedule: Schedule, names: Names, now: number): HTMLElement {
  const box = alertBox();
  const days = h('ol', { class: 'week' });
  const title = h('b', {});
  let from = weekStart(now);
  let withLayers = false;
  const load = async (): Promise<void> => {
    tell(box, null);
    const span = `from=${new Date(from).toISOString()}&to=${new Date(from + 7 * DAY_MS).toISOString()}`;
    try {
      const path = `/v1/schedules/${encodeURIComponent(schedule.id)}/shifts?${span}`;
      const { shifts, layers } = await call<{ shifts: Shift[]; layers: Shift[][] }>('GET', path);
      title.textContent = `${formatDay(from)} – ${formatDay(from + 6 * DAY_MS)}`;
      days.replaceChildren(
        ...DAYS.map((_, i) => dayRow(i, from, withLayers ? layers : [], shifts, schedule, names, now)),
      );
    } catch (error) {
      tell(box, (error as Error).message);
    }
  };
  const move = (weeks: number): void => {
    from = weeks === 0 ? weekStart(now) : from + weeks * 7 * DAY_MS;
    void load();
  };
  const layers = button(say({ vi: 'Hiện từng lớp', en: 'Show layers' }), () => {
    withLayers = !withLayers;
    layers.setAttribute('aria-pressed', String(withLayers));
    void load();
  });
  layers.setAttribute('aria-pressed', 'false');
  void load();
  return h(
    'div',
    { class: 'calendar' },
    h(
      'div',
      { class: 'calendar-bar' },
      title,
      button('‹', () => move(-1), { 'aria-label': say({ vi: 'Tuần trước', en: 'Week before' }) }),
      button(say({ vi: 'Tuần này', en: 'This week' }), () => move(0)),
      button('›', () => move(1), { 'aria-label': say({ vi: 'Tuần sau', en: 'Week after' }) }),
      layers,
    ),
    box,
    days,
  );
}

function dayRow(
  index: number,
  week: number,
  layers: readonly Shift[][],
  shifts: readonly Shift[],
  schedule: Schedule,
  names: Names,
  now: number,
): HTMLElement {
  const from = week + index * DAY_MS;
  const day = DAYS[index];
  const track = (name: string, own: readonly Shift[], decides: boolean): HTMLElement =>
    h(
      'li',
      { class: 'track' },
      h('span', { class: 'track-name' }, name),
      h(
        'ol',
        { class: 'shifts' },
        ...own
          .filter((shift) => shift.from < from + DAY_MS && shift.to > from && (decides || shift.person !== null))
          .map((shift) => block(shift, from, schedule, names, decides ? now : 0)),
      ),
    );
  return h(
    'li',
    { class: `calendar-day${now >= from && now < from + DAY_MS ? ' is-today' : ''}` },
    h('span', { class: 'day-name' }, `${day === undefined ? '' : say(day)} ${formatDay(from)}`),
    h(
      'ol',
      { class: 'tracks' },
      track(layers.length > 0 ? say({ vi: 'Trực', en: 'On call' }) : '', shifts, true),
      ...layers.map((own, i) => track(schedule.layers[i]?.name ?? '', own, false)),
    ),
  );
}

function block(shift: Shift, day: number, schedule: Schedule, names: Names, now: number): HTMLElement {
  const from = Math.max(shift.from, day);
  const to = Math.min(shift.to, day + DAY_MS);
  const kind = shift.person === null ? 'gap' : shift.layer === 'override' ? 'override' : 'turn';
  const who =
    shift.person === null ? say({ vi: 'không ai', en: 'nobody' }) : (names.people.get(shift.person) ?? shift.person);
  const layer = typeof shift.layer === 'number' ? (schedule.layers[shift.layer]?.name ?? '') : '';
  const how = kind === 'override' ? say({ vi: 'trực thay', en: 'stands in' }) : layer;
  const hours = `${formatHour(from)}–${to === day + DAY_MS ? '24:00' : formatHour(to)}`;
  const item = h(
    'li',
    {
      class: `shift shift-${kind}${now >= from && now < to ? ' is-now' : ''}`,
      title: `${who} · ${formatMoment(shift.from)} – ${formatMoment(shift.to)}${how === '' ? '' : ` · ${how}`}`,
    },
    h('b', {}, kind === 'gap' ? `⚠ ${who}` : kind === 'override' ? `↔ ${who}` : who),
    h('span', { class: 'shift-hours' }, hours),
    how === '' ? null : h('span', { class: 'shift-how' }, how),
  );
  item.style.setProperty('--left', `${((from - day) / DAY_MS) * 100}%`);
  item.style.setProperty('--width', `${((to - from) / DAY_MS) * 100}%`);
  return item;
}
