import { nameText, type OnCallFault } from '#libs/contracts';
import { ApiError } from '../../api.js';
import { h } from '../../dom.js';
import { say } from '../../language.js';
import { alertBox, desk, tell } from '../desk.js';
import { calendar } from './calendar.js';
import { button, faultText } from './fields.js';
import { loadModel, type Model } from './model.js';
import { nowPanel, overridesOf } from './now-panel.js';
import { isAtLeast } from './may.js';
import { ladder, newPolicy, policyEditor, policyWords } from './policy-editor.js';
import { newSchedule, scheduleEditor } from './schedule-editor.js';
import { settingsEditor, settingsView } from './settings-editor.js';

const title = (): string => say({ vi: 'Trực và báo tin', en: 'On call' });

/** `/on-call`: who is on call, by which schedules; who is told of an alert, and who when nobody answers. */
export async function onCallPage(parent: HTMLElement): Promise<void> {
  try {
    draw(parent, await loadModel());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return location.assign('/');
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, title(), [], () => void onCallPage(parent), box);
  }
}

function draw(parent: HTMLElement, model: Model): void {
  const again = (): void => void onCallPage(parent);
  const may = isAtLeast(model.me.role, 'administrator');
  desk(
    parent,
    title(),
    [],
    () => draw(parent, model),
    faultsPanel(model),
    nowPanel(model),
    ...model.schedules.map((schedule) =>
      section(
        schedule.name,
        schedule.id,
        [calendar(schedule, model.names, model.now.at), overridesOf(schedule, model, again)],
        may ? () => scheduleEditor(schedule, model, again) : null,
      ),
    ),
    adder(may, say({ vi: 'Thêm lịch trực', en: 'Add a schedule' }), () =>
      scheduleEditor(newSchedule(model), model, again),
    ),
    ...model.policies.map((policy) => {
      const now = model.now.policies.find(({ id }) => id === policy.id)?.steps ?? [];
      const name = say(nameText(policy.name));
      return section(
        say({ vi: `Chính sách: ${name}`, en: `Policy: ${name}` }),
        policy.id,
        [ladder(policy, now, model), h('p', {}, policyWords(policy))],
        may ? () => policyEditor(policy, model, again) : null,
      );
    }),
    adder(may, say({ vi: 'Thêm chính sách', en: 'Add a policy' }), () => policyEditor(newPolicy(), model, again)),
    section(
      say({ vi: 'Tuyến, hạn và giờ gửi', en: 'Routes, limits and times' }),
      null,
      [settingsView(model)],
      may ? () => settingsEditor(model, again) : null,
    ),
  );
}

/** What is wrong now: a hole in a schedule is found before it matters. */
function faultsPanel({ faults, names, policies }: Model): HTMLElement {
  if (faults.length === 0) return h('div', { hidden: true });
  return h(
    'section',
    { class: 'panel faults' },
    h('h2', {}, say({ vi: 'Cần xem lại', en: 'To be looked at' })),
    h(
      'ul',
      {},
      ...faults.map((fault) => h('li', {}, h('b', {}, placeName(fault, names, policies)), ` ${faultText(fault)}`)),
    ),
  );
}

/** What a fault is in, by name. */
function placeName({ path }: OnCallFault, names: Model['names'], policies: Model['policies']): string {
  const [, kind, id = ''] = path.split('/');
  if (kind === 'schedules') return `${say({ vi: 'Lịch', en: 'Schedule' })} “${names.schedules.get(id) ?? id}”.`;
  if (kind === 'policies') {
    const name = policies.find((policy) => policy.id === id)?.name ?? id;
    return `${say({ vi: 'Chính sách', en: 'Policy' })} “${say(nameText(name))}”.`;
  }
  return `${say({ vi: 'Tuyến, hạn và giờ gửi', en: 'Routes, limits and times' })}.`;
}

/** A part of the setup: shown, and with a button for who may change it. */
function section(
  name: string,
  id: string | null,
  content: readonly HTMLElement[],
  edit: (() => HTMLElement) | null,
): HTMLElement {
  const label = say({ vi: 'Sửa', en: 'Edit' });
  const open = (): void => {
    panel.replaceChildren(h('h2', {}, name), (edit as () => HTMLElement)());
    panel.querySelector<HTMLElement>('input, select')?.focus();
  };
  const panel = h(
    'section',
    { class: 'panel' },
    h(
      'div',
      { class: 'section-head' },
      h('h2', {}, name),
      id === null ? null : h('code', {}, id),
      edit ? button(label, open, { 'aria-label': `${label}: ${name}` }) : null,
    ),
    ...content,
  );
  return panel;
}

function adder(may: boolean, name: string, make: () => HTMLElement): HTMLElement {
  if (!may) return h('div', { hidden: true });
  const holder = h('div', { class: 'adder' });
  const open = (): void => {
    const panel = h('section', { class: 'panel' }, h('h2', {}, name), make());
    holder.replaceChildren(panel);
    panel.querySelector<HTMLElement>('input')?.focus();
  };
  holder.append(button(`+ ${name}`, open));
  return holder;
}
