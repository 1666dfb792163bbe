import type { Schedule } from '#libs/contracts';
import { call } from '../../api.js';
import { h } from '../../dom.js';
import { formatMoment } from '../../format.js';
import { say } from '../../language.js';
import { alertBox, tell } from '../desk.js';
import { isAtLeast } from './may.js';
import { button, choice, faultsOf, input, placeFaults } from './fields.js';
import type { Model } from './model.js';
import { localInput, momentOfInput } from './local-time.js';

/** Who is on call now, with a number to call, and until when. */
export function nowPanel(model: Model): HTMLElement {
  const cards = model.now.schedules.map(({ name, person, layer, until }) =>
    h(
      'li',
      { class: person === null ? 'duty duty-gap' : 'duty' },
      h('span', { class: 'duty-schedule' }, name),
      h('b', {}, person === null ? `⚠ ${say({ vi: 'Không ai trực', en: 'Nobody is on call' })}` : person.name),
      layer === 'override' ? h('span', {}, say({ vi: '↔ trực thay', en: '↔ stands in' })) : null,
      h(
        'span',
        { class: 'duty-until' },
        until === null
          ? say({ vi: 'hơn một tuần nữa', en: 'for more than a week' })
          : say({ vi: `đến ${formatMoment(until)}`, en: `until ${formatMoment(until)}` }),
      ),
      person?.phone
        ? h(
            'a',
            { class: 'call', href: `tel:${person.phone.replaceAll(/[^\d+]/g, '')}` },
            say({ vi: `Gọi ${person.phone}`, en: `Call ${person.phone}` }),
          )
        : null,
    ),
  );
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Đang trực', en: 'On call now' })),
    cards.length === 0
      ? h('p', { class: 'nothing' }, say({ vi: 'Chưa có lịch trực nào.', en: 'There is no schedule yet.' }))
      : h('ul', { class: 'duties' }, ...cards),
  );
}

/** Overrides of a schedule that are not over, and a form to stand in for somebody. */
export function overridesOf(schedule: Schedule, model: Model, again: () => void): HTMLElement {
  const mayChange = isAtLeast(model.me.role, 'operator');
  const box = alertBox();
  const path = `/v1/schedules/${encodeURIComponent(schedule.id)}/overrides`;
  const remove = async (from: string): Promise<void> => {
    try {
      await call('DELETE', `${path}/${encodeURIComponent(from)}`);
      again();
    } catch (error) {
      tell(box, (error as Error).message);
    }
  };
  const coming = schedule.overrides
    .filter(({ to }) => Date.parse(to) > model.now.at)
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
  const rows = coming.map(({ from, to, person }) => {
    const text = `${model.names.people.get(person) ?? person}: ${formatMoment(Date.parse(from))} – ${formatMoment(Date.parse(to))}`;
    const name = say({ vi: 'Bỏ', en: 'Remove' });
    return h(
      'li',
      {},
      h('span', {}, `↔ ${text}`),
      mayChange ? button(name, () => void remove(from), { 'aria-label': `${name}: ${text}` }) : null,
    );
  });
  if (rows.length === 0 && !mayChange) return h('div', {});
  return h(
    'div',
    { class: 'overrides' },
    h('h3', {}, say({ vi: 'Trực thay', en: 'Stand-ins' })),
    h('ul', { class: 'links' }, ...rows),
    box,
    mayChange ? overrideForm(path, model, again) : null,
  );
}

function overrideForm(path: string, model: Model, again: () => void): HTMLElement {
  const draft = { person: model.me.name, from: localInput(model.now.at), to: localInput(model.now.at + 4 * 3_600_000) };
  const key = path.replaceAll(/[^a-z0-9]/g, '-');
  const time = { type: 'datetime-local', required: true };
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      await call('POST', path, { ...draft, from: momentOfInput(draft.from), to: momentOfInput(draft.to) });
      again();
    } catch (error) {
      const faults = faultsOf(error)?.map((fault) => ({
        ...fault,
        path: `/${key}/${fault.path.split('/').at(-1) ?? ''}`,
      }));
      const whole = {
        path: '/',
        level: 'error' as const,
        message: '',
        text: { vi: (error as Error).message, en: (error as Error).message },
      };
      placeFaults(form, faults ?? [whole]);
    }
  };
  const form = h(
    'form',
    { class: 'row', onsubmit: (event: SubmitEvent) => void send(event) },
    choice(
      say({ vi: 'Ai trực thay', en: 'Who stands in' }),
      `/${key}/person`,
      draft.person,
      model.people.map(({ login, name }) => [login, name] as const),
      (value) => (draft.person = value),
    ),
    input(say({ vi: 'Từ', en: 'From' }), `/${key}/from`, draft.from, (text) => (draft.from = text), time),
    input(say({ vi: 'Đến', en: 'To' }), `/${key}/to`, draft.to, (text) => (draft.to = text), time),
    h('button', { type: 'submit', class: 'button' }, say({ vi: 'Nhận trực thay', en: 'Stand in' })),
  );
  return form;
}
