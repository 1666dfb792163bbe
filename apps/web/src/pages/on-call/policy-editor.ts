import { nameText, SEVERITY_NAMES, SEVERITIES, type Policy } from '#libs/contracts';
import { h } from '../../dom.js';
import { formatDuration } from '../../format.js';
import { say } from '../../language.js';
import { boxes, button, type Draft, input, numeric } from './fields.js';
import { type Model, type StepNow, type Versioned } from './model.js';
import { recordEditor } from './record-editor.js';
import { targetsField } from './targets-field.js';
import { delayText, MISSED, targetName } from './words.js';

export const newPolicy = (): Versioned<Policy> => ({
  id: '',
  name: '',
  version: 0,
  steps: [{ after: 0, to: [] }],
  remind: 600,
});

/** A policy as a ladder: each step with its delay, whom it names, and whom that would be now. */
export function ladder(policy: Policy, now: readonly StepNow[], model: Model): HTMLElement {
  return h(
    'ol',
    { class: 'ladder' },
    ...policy.steps.map((step, i) =>
      h(
        'li',
        {},
        h('b', { class: 'delay' }, delayText(step.after)),
        h('span', { class: 'ladder-to' }, step.to.map((target) => targetName(target, model.names)).join(', ')),
        whoNow(now[i], model),
      ),
    ),
  );
}

export function whoNow(step: StepNow | undefined, model: Model): HTMLElement {
  const people =
    step?.people.map(
      ({ name, channels }) =>
        `${name} (${channels.map((id) => say(nameText(model.names.channels.get(id) ?? id))).join(', ')})`,
    ) ?? [];
  const groups = step?.groups.map((id) => model.names.groups.get(id) ?? id) ?? [];
  const missed =
    step?.missed.map(
      ({ target, why }) => `⚠ ${targetName(target, model.names)}: ${say(MISSED[why] ?? { vi: why, en: why })}`,
    ) ?? [];
  const all = [...people, ...groups, ...missed];
  const text = all.length === 0 ? say({ vi: '⚠ không ai', en: '⚠ nobody' }) : all.join('; ');
  return h('span', { class: 'ladder-now' }, say({ vi: `Bây giờ: ${text}`, en: `Now: ${text}` }));
}

/** What a policy says besides its steps, in one line. */
export function policyWords({ remind, reminders, quiet, digest }: Policy): string {
  const parts = [
    remind === undefined
      ? say({ vi: 'không nhắc lại', en: 'no reminders' })
      : say({ vi: `nhắc lại mỗi ${formatDuration(remind)}`, en: `reminds every ${formatDuration(remind)}` }) +
        (reminders === undefined ? '' : say({ vi: `, tối đa ${reminders} lần`, en: `, ${reminders} times at most` })),
    quiet
      ? say({
          vi: `giờ yên tĩnh ${quiet.from}–${quiet.to} (trừ khẩn cấp)`,
          en: `quiet ${quiet.from}–${quiet.to} (but for critical)`,
        })
      : '',
    digest
      ? say({ vi: 'gom ', en: 'gathers ' }) +
        digest.severities.map((each) => say(SEVERITY_NAMES[each]).toLowerCase()).join(', ') +
        say({ vi: ' lúc ', en: ' at ' }) +
        digest.at.join(', ')
      : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

export function policyEditor(stored: Versioned<Policy>, model: Model, done: () => void): HTMLElement {
  return recordEditor<Policy>({
    ...{ kind: 'policies', stored, model, done },
    nameLabel: { vi: 'Tên chính sách', en: 'Name of the policy' },
    body: ({ name, steps, remind, reminders, quiet, digest }) => ({ name, steps, remind, reminders, quiet, digest }),
    draw: (draft, redraw) => [
      h('ol', { class: 'layers' }, ...draft.steps.map((_, i) => stepFields(draft, i, model, redraw))),
      h(
        'div',
        { 'data-path': '/steps' },
        button(say({ vi: '+ Thêm bước', en: '+ Add a step' }), () => {
          draft.steps.push({ after: (draft.steps.at(-1)?.after ?? -300) + 300, to: [] });
          redraw();
        }),
      ),
      reminderFields(draft),
      quietFields(draft, redraw),
      digestFields(draft, redraw),
    ],
  });
}

function stepFields(draft: Draft<Policy>, i: number, model: Model, redraw: () => void): HTMLElement | null {
  const step = draft.steps[i];
  if (!step) return null;
  const name = say({ vi: `Bước ${i + 1}`, en: `Step ${i + 1}` });
  const remove = button(say({ vi: 'Bỏ bước', en: 'Remove step' }), () => (draft.steps.splice(i, 1), redraw()), {
    'aria-label': `${say({ vi: 'Bỏ bước', en: 'Remove step' })} ${i + 1}`,
  });
  return h(
    'li',
    { class: 'layer', 'data-path': `/steps/${i}` },
    h('div', { class: 'layer-head' }, h('h3', {}, name), remove),
    h(
      'div',
      { class: 'row' },
      input(
        say({ vi: 'Sau (phút)', en: 'After (minutes)' }),
        `/steps/${i}/after`,
        step.after / 60,
        (text) => (step.after = Math.round(Number(text) * 60)),
        { ...numeric(0, 10_080), step: 'any' },
        say({ vi: 'Tính từ tin đầu tiên', en: 'Since the first message' }),
      ),
      targetsField(say({ vi: 'Báo cho', en: 'Who is told' }), `/steps/${i}/to`, step.to, model.names),
    ),
  );
}

function reminderFields(draft: Draft<Policy>): HTMLElement {
  const set = (name: 'remind' | 'reminders', text: string, factor: number): void => {
    if (text.trim() === '') delete draft[name];
    else draft[name] = Math.round(Number(text) * factor);
  };
  return h(
    'div',
    { class: 'row' },
    input(
      say({ vi: 'Nhắc lại mỗi (phút)', en: 'Remind every (minutes)' }),
      '/remind',
      draft.remind === undefined ? '' : draft.remind / 60,
      (text) => set('remind', text, 60),
      numeric(1, 10_080),
      say({ vi: 'Cho đến khi có người nhận; trống là không nhắc', en: 'Until somebody acknowledges; empty: never' }),
    ),
    input(
      say({ vi: 'Nhắc tối đa (lần)', en: 'Reminders at most' }),
      '/reminders',
      draft.reminders ?? '',
      (text) => set('reminders', text, 1),
      numeric(1, 100),
      say({ vi: 'Trống là 24', en: 'Empty: 24' }),
    ),
  );
}

function quietFields(draft: Draft<Policy>, redraw: () => void): HTMLElement {
  const { quiet } = draft;
  const toggle = tick(
    say({ vi: 'Giờ yên tĩnh (khẩn cấp vẫn báo ngay)', en: 'Quiet hours (critical is told all the same)' }),
    quiet !== undefined,
    (on) => {
      if (on) draft.quiet = { from: '22:00', to: '06:00' };
      else delete draft.quiet;
      redraw();
    },
  );
  return h(
    'div',
    { class: 'row', 'data-path': '/quiet' },
    toggle,
    quiet
      ? input(say({ vi: 'Yên tĩnh từ', en: 'Quiet from' }), '/quiet/from', quiet.from, (text) => (quiet.from = text), {
          type: 'time',
        })
      : null,
    quiet
      ? input(say({ vi: 'đến', en: 'to' }), '/quiet/to', quiet.to, (text) => (quiet.to = text), { type: 'time' })
      : null,
  );
}

function digestFields(draft: Draft<Policy>, redraw: () => void): HTMLElement {
  const { digest } = draft;
  const toggle = tick(
    say({ vi: 'Gom tin mức nhẹ thành một bản', en: 'Gather the mild into one message' }),
    digest !== undefined,
    (on) => {
      if (on) draft.digest = { severities: ['information'], at: ['07:00'] };
      else delete draft.digest;
      redraw();
    },
  );
  const mild = SEVERITIES.filter((each) => each !== 'critical').map(
    (each) => [each, say(SEVERITY_NAMES[each])] as const,
  );
  return h(
    'div',
    { class: 'row', 'data-path': '/digest' },
    toggle,
    digest
      ? boxes(
          say({ vi: 'Mức được gom', en: 'Gathered' }),
          '/digest/severities',
          digest.severities,
          mild,
          (values) => (digest.severities = values),
        )
      : null,
    digest
      ? input(
          say({ vi: 'Gửi lúc', en: 'Sent at' }),
          '/digest/at',
          digest.at.join(', '),
          (text) => (digest.at = text.split(/[\s,;]+/).filter((part) => part !== '')),
          {},
          say({ vi: 'Ví dụ 07:00, 16:30', en: 'For example 07:00, 16:30' }),
        )
      : null,
  );
}

export function tick(name: string, on: boolean, change: (on: boolean) => void): HTMLElement {
  const box = h('input', { type: 'checkbox', checked: on, onchange: () => change(box.checked) });
  return h('label', { class: 'tick tick-alone' }, box, name);
}
