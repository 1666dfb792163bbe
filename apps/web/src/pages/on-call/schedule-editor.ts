import { DAY_MS, dayName, weekStart, type Rotation, type Schedule } from '#libs/contracts';
import { h } from '../../dom.js';
import { say } from '../../language.js';
import { boxes, button, choice, type Draft, input, numeric } from './fields.js';
import type { Model, Versioned } from './model.js';
import { recordEditor } from './record-editor.js';
import { DAYS } from './words.js';

const WEEK: readonly (readonly [number, number])[] = [1, 2, 3, 4, 5, 6, 7].map((day) => [day, day - 1] as const);

export function newSchedule(model: Model): Versioned<Schedule> {
  return { id: '', name: '', version: 0, layers: [newLayer(model)], overrides: [] };
}

const newLayer = (model: Model): Draft<Rotation> => ({
  name: say({ vi: 'Lớp chính', en: 'Main layer' }),
  people: [],
  start: dayName(weekStart(model.now.at) + DAY_MS / 2),
  turnDays: 7,
  handover: '07:00',
});

/** Form of a schedule: its layers, each a rotation with hours of its own. Overrides have their form beside the calendar. */
export function scheduleEditor(stored: Versioned<Schedule>, model: Model, done: () => void): HTMLElement {
  return recordEditor<Schedule>({
    ...{ kind: 'schedules', stored, model, done },
    nameLabel: { vi: 'Tên lịch trực', en: 'Name of the schedule' },
    body: ({ name, layers, overrides }) => ({ name, layers, overrides }),
    draw: (draft, redraw) => [
      h(
        'p',
        {},
        say({
          vi: 'Lúc nào cũng vậy: lớp dưới cùng có người là lớp quyết định. Lớp sau hoặc nối tiếp lớp trước, hoặc nằm trọn trong lớp trước.',
          en: 'At any time the lowest layer that holds it decides. A later layer either follows an earlier one or lies within it.',
        }),
      ),
      h(
        'ol',
        { class: 'layers' },
        ...draft.layers.map((layer, i) => layerFields(draft.layers, layer, i, model, redraw)),
      ),
      h(
        'div',
        { 'data-path': '/layers' },
        button(say({ vi: '+ Thêm lớp', en: '+ Add a layer' }), () => {
          draft.layers.push({ ...newLayer(model), name: '' });
          redraw();
        }),
      ),
    ],
  });
}

function layerFields(
  layers: Draft<Rotation>[],
  layer: Draft<Rotation>,
  i: number,
  model: Model,
  redraw: () => void,
): HTMLElement {
  const at = `/layers/${i}`;
  const number = say({ vi: `Lớp ${i + 1}`, en: `Layer ${i + 1}` });
  const move = (to: number): void => {
    layers.splice(i, 1);
    if (to >= 0) layers.splice(to, 0, layer);
    redraw();
  };
  const bar = [
    i > 0 ? button('↑', () => move(i - 1), { 'aria-label': `${number}: ${say({ vi: 'lên', en: 'up' })}` }) : null,
    i < layers.length - 1
      ? button('↓', () => move(i + 1), { 'aria-label': `${number}: ${say({ vi: 'xuống', en: 'down' })}` })
      : null,
    button(say({ vi: 'Bỏ lớp', en: 'Remove layer' }), () => move(-1), {
      'aria-label': `${say({ vi: 'Bỏ lớp', en: 'Remove layer' })} ${i + 1}`,
    }),
  ];
  const rotation = [
    input(say({ vi: 'Tên lớp', en: 'Name of the layer' }), `${at}/name`, layer.name, (text) => (layer.name = text)),
    input(
      say({ vi: 'Bắt đầu từ ngày', en: 'First day' }),
      `${at}/start`,
      layer.start,
      (text) => (layer.start = text),
      { type: 'date' },
      say({ vi: 'Người đầu tiên bắt đầu phiên này', en: 'The first person begins on it' }),
    ),
    input(
      say({ vi: 'Mỗi phiên (ngày)', en: 'Days of a turn' }),
      `${at}/turnDays`,
      layer.turnDays,
      (text) => (layer.turnDays = Number(text)),
      numeric(1, 366),
    ),
    input(
      say({ vi: 'Giờ giao ca', en: 'Hand-over at' }),
      `${at}/handover`,
      layer.handover,
      (text) => (layer.handover = text),
      { type: 'time' },
    ),
    choice(
      say({ vi: 'Ngày lễ, Tết', en: 'Public holidays' }),
      `${at}/holidays`,
      layer.holidays ?? '',
      [
        ['', say({ vi: 'như ngày thường', en: 'as on other days' })],
        ['never', say({ vi: 'không trực', en: 'not on call' })],
        ['only', say({ vi: 'chỉ trực ngày lễ', en: 'only then' })],
      ],
      (value) => {
        if (value === 'never' || value === 'only') layer.holidays = value;
        else delete layer.holidays;
      },
    ),
  ];
  return h(
    'li',
    { class: 'layer', 'data-path': at },
    h('div', { class: 'layer-head' }, h('h3', {}, number), ...bar),
    peopleFields(layer, at, model, redraw),
    h('div', { class: 'row' }, ...rotation),
    hoursFields(layer, at, redraw),
  );
}

/** People of a rotation in their order. */
function peopleFields(layer: Draft<Rotation>, at: string, model: Model, redraw: () => void): HTMLElement {
  const { people } = layer;
  const step = (i: number, to: number): void => {
    const [one] = people.splice(i, 1);
    if (one !== undefined && to >= 0) people.splice(to, 0, one);
    redraw();
  };
  const chip = (login: string, i: number): HTMLElement => {
    const name = model.names.people.get(login) ?? login;
    return h(
      'li',
      { 'data-path': `${at}/people/${i}` },
      h('span', {}, `${i + 1}. ${name}`),
      i > 0
        ? button('←', () => step(i, i - 1), { 'aria-label': `${name}: ${say({ vi: 'sớm hơn', en: 'earlier' })}` })
        : null,
      button('×', () => step(i, -1), { 'aria-label': `${say({ vi: 'Bỏ', en: 'Remove' })} ${name}` }),
    );
  };
  const others = model.people.filter(({ login }) => !people.includes(login));
  return h(
    'div',
    { class: 'recipients', 'data-path': `${at}/people` },
    h('ol', { class: 'told' }, ...people.map(chip)),
    choice(
      say({ vi: 'Người trực, theo thứ tự', en: 'People, in order' }),
      `${at}/people/+`,
      '',
      [
        ['', say({ vi: '+ Thêm người…', en: '+ Add a person…' })],
        ...others.map(({ login, name }) => [login, name] as const),
      ],
      (login) => {
        if (login !== '') people.push(login);
        redraw();
      },
    ),
  );
}

/** Hours of a layer: around the clock, or chosen days and times. */
export function hoursFields(
  owner: { hours?: Draft<NonNullable<Rotation['hours']>> },
  at: string,
  redraw: () => void,
): HTMLElement {
  const { hours } = owner;
  const always = choice(
    say({ vi: 'Giờ', en: 'Hours' }),
    `${at}/hours`,
    hours ? 'some' : '',
    [
      ['', say({ vi: 'cả ngày đêm', en: 'around the clock' })],
      ['some', say({ vi: 'chỉ trong giờ nhất định', en: 'only in certain hours' })],
    ],
    (value) => {
      if (value === '') delete owner.hours;
      else owner.hours = { days: [1, 2, 3, 4, 5], from: '17:00', to: '07:00' };
      redraw();
    },
  );
  if (!hours) return h('div', { class: 'row' }, always);
  const options = WEEK.map(([day, index]) => [day, DAYS[index] ? say(DAYS[index]) : ''] as const);
  return h(
    'div',
    { class: 'row' },
    always,
    input(say({ vi: 'Từ giờ', en: 'From' }), `${at}/hours/from`, hours.from, (text) => (hours.from = text), {
      type: 'time',
    }),
    input(
      say({ vi: 'Đến giờ', en: 'To' }),
      `${at}/hours/to`,
      hours.to === '24:00' ? '00:00' : hours.to,
      (text) => (hours.to = text),
      { type: 'time' },
      say({
        vi: 'Nhỏ hơn giờ đầu là sang hôm sau; bằng nhau là 24 giờ',
        en: 'Before the first: next day; equal: 24 hours',
      }),
    ),
    boxes(say({ vi: 'Ngày', en: 'Days' }), `${at}/hours/days`, hours.days, options, (days) => (hours.days = days)),
  );
}
