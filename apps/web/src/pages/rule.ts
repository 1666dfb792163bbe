import type { Choices, Fault, Rule, RuleView, Text } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { formatMoment } from '../format.js';
import { say } from '../language.js';
import { mayOperate, whoAmI } from '../me.js';
import { choices } from './choices.js';
import { alertBox, desk, tell } from './desk.js';
import { faultSentence } from './fault-words.js';
import { RuleForm } from './rule-form.js';
import { previewPanel } from './rule-preview.js';
import { type Sector, sectorsOf, stateText } from './rules.js';

/** How long typing must rest before the rule is checked. */
const REST_MS = 400;

interface Shown {
  /** Null: a new rule. */
  view: (RuleView & { packs: Rule | null }) | null;
  sectors: Sector[];
  names: Choices;
  /** May change it. */
  may: boolean;
  /** As it is written and not saved yet. */
  written?: Rule;
  /** May also switch it off, remove it, set it back, and decide what it mutes. */
  decides: boolean;
}

const NOT_SAVED: Text = { vi: 'Chưa lưu: xem các chỗ báo lỗi.', en: 'Not saved: see the marked places.' };
const NEW: Text = { vi: 'Quy tắc mới', en: 'New rule' };

/** `/rules/<id>`: a rule, its form, its preview. `/rules/new`: the empty form. */
export async function rulePage(id: string, parent: HTMLElement): Promise<void> {
  const me = await whoAmI();
  if (me === null) return location.assign('/');
  try {
    const [sectors, names, view] = await Promise.all([
      sectorsOf(),
      choices(),
      id === 'new' ? null : call<RuleView & { packs: Rule | null }>('GET', `/v1/rules/${encodeURIComponent(id)}`),
    ]);
    draw(parent, { view, sectors, names, may: mayOperate(me), decides: me.role === 'administrator' });
  } catch (error) {
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say(NEW), [], () => void rulePage(id, parent), box);
  }
}

const ADDED = ['origin', 'changed', 'enabled', 'version', 'updatedBy', 'updatedAt', 'open', 'packs'];

/** The rule itself, without what the console adds to it. */
function definitionOf({ view }: Shown): Rule | null {
  if (!view) return null;
  return Object.fromEntries(Object.entries(view).filter(([name]) => !ADDED.includes(name))) as unknown as Rule;
}

function draw(parent: HTMLElement, shown: Shown): void {
  const { view, may, decides } = shown;
  const box = alertBox();
  const verdict = h('p', { role: 'status', class: 'verdict' });
  const check = new Checker(
    () => form.rule,
    (faults) => tellFaults(form, verdict, faults),
  );
  const form: RuleForm = new RuleForm({
    rule: shown.written ?? definitionOf(shown),
    isNew: view === null,
    ofPack: view?.origin === 'pack',
    sectors: shown.sectors,
    names: shown.names,
    locked: !may,
    decides,
    changed: () => check.later(),
  });
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    // A name that was typed and not chosen would be lost.
    if (!(event.currentTarget as HTMLFormElement).reportValidity()) return;
    const { rule, refused } = form;
    if (refused.length > 0) {
      tellFaults(form, verdict, []);
      return tell(box, say(NOT_SAVED));
    }
    await attempt(
      box,
      async () => {
        const saved = view
          ? await call<RuleView>('PUT', `/v1/rules/${encodeURIComponent(view.id)}`, { rule, version: view.version })
          : await call<RuleView>('POST', '/v1/rules', { rule });
        history.replaceState(null, '', `/rules/${encodeURIComponent(saved.id)}`);
        await rulePage(saved.id, parent);
      },
      (faults) => tellFaults(form, verdict, faults),
    );
  };
  const actions = may
    ? h(
        'div',
        { class: 'steps' },
        h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu', en: 'Save' })),
        ...(view && decides ? stateButtons(parent, view, box) : []),
      )
    : h(
        'p',
        {},
        say({ vi: 'Chỉ trực ban và quản trị viên được sửa.', en: 'Only operators and administrators may change it.' }),
      );
  const title = view ? say(view.title) : say(NEW);
  desk(
    parent,
    title,
    [],
    () => draw(parent, { ...shown, written: form.rule }),
    h('p', { class: 'about' }, view ? about(view) : ''),
    h(
      'form',
      { class: 'rule', onsubmit: (event: SubmitEvent) => void save(event), novalidate: true },
      form.element,
      h('div', { class: 'panel bar' }, verdict, box, actions),
    ),
    may ? previewPanel(form, () => check.later()) : h('span', {}),
  );
  if (shown.written && may) check.later();
}

const about = (view: RuleView): string => {
  const at = view.updatedAt === null ? null : formatMoment(Date.parse(view.updatedAt));
  const by = at === null ? '' : ` · ${say({ vi: 'sửa lúc', en: 'changed' })} ${at} (${view.updatedBy ?? ''})`;
  const open = say({ vi: `${view.open} cảnh báo đang mở`, en: `${view.open} open alerts` });
  return `${view.id} · ${stateText(view)} · ${open}${by}`;
};

function stateButtons(parent: HTMLElement, view: RuleView & { packs: Rule | null }, box: HTMLElement): HTMLElement[] {
  const path = `/v1/rules/${encodeURIComponent(view.id)}`;
  const button = (label: Text, act: () => Promise<unknown>, after: () => void): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        class: 'switch',
        onclick: () =>
          void attempt(box, async () => {
            await act();
            after();
          }),
      },
      say(label),
    );
  const again = (): void => void rulePage(view.id, parent);
  const { enabled, version } = view;
  const turn = button(
    enabled ? { vi: 'Tắt quy tắc', en: 'Switch off' } : { vi: 'Bật quy tắc', en: 'Switch on' },
    () => call('PUT', `${path}/enabled`, { enabled: !enabled, version }),
    again,
  );
  const sure = (question: Text): boolean => window.confirm(say(question));
  const remove = view.packs
    ? button(
        { vi: 'Trả về như gói', en: 'Reset to the pack' },
        async () => {
          if (sure({ vi: 'Bỏ các thay đổi của quy tắc này?', en: 'Drop the changes of this rule?' }))
            await call('DELETE', `${path}?version=${version}`);
        },
        again,
      )
    : button(
        { vi: 'Xoá quy tắc', en: 'Remove' },
        async () => {
          if (!sure({ vi: 'Xoá quy tắc này?', en: 'Remove this rule?' })) throw new Error('');
          await call('DELETE', `${path}?version=${version}`);
        },
        () => location.assign('/rules'),
      );
  return view.packs && !view.changed && enabled ? [turn] : [turn, remove];
}

async function attempt(
  box: HTMLElement,
  work: () => Promise<void>,
  faults?: (faults: readonly Fault[]) => void,
): Promise<void> {
  tell(box, null);
  try {
    await work();
  } catch (error) {
    const stale = error instanceof ApiError && error.status === 409;
    const wrong = (error instanceof ApiError && faults && error.problem.errors) || [];
    if (wrong.length > 0) faults?.(wrong);
    const message = stale
      ? say({
          vi: 'Chưa lưu: quy tắc đã được người khác sửa hoặc trùng mã. Hãy tải lại trang.',
          en: 'Not saved: somebody else has changed it meanwhile, or the id is taken. Load the page again.',
        })
      : wrong.length > 0
        ? say(NOT_SAVED)
        : (error as Error).message;
    tell(box, message === '' ? null : message);
  }
}

function tellFaults(form: RuleForm, verdict: HTMLElement, found: readonly Fault[]): void {
  const { refused } = form;
  const faults = [...refused, ...found.filter(({ path }) => !refused.some((one) => one.path === path))];
  const elsewhere = form.show(faults);
  const count = say({ vi: `${faults.length} chỗ chưa đúng.`, en: `${faults.length} faults.` });
  const rest = elsewhere.map((fault) => `${fault.path} ${faultSentence(fault)}`).join('; ');
  verdict.textContent =
    faults.length === 0 ? say({ vi: 'Quy tắc hợp lệ.', en: 'The rule is valid.' }) : `${count} ${rest}`;
  verdict.classList.toggle('bad', faults.length > 0);
}

/** Asks for faults when typing rests; an answer to an older question is dropped. */
class Checker {
  private timer: number | undefined;
  private asked = 0;

  constructor(
    private readonly rule: () => Rule,
    private readonly show: (faults: readonly Fault[]) => void,
  ) {}

  later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), REST_MS);
  }

  private async ask(): Promise<void> {
    const mine = ++this.asked;
    try {
      const { faults } = await call<{ faults: Fault[] }>('POST', '/v1/rules/check', { rule: this.rule() });
      if (mine === this.asked) this.show(faults);
    } catch {
      // Saving tells what is wrong.
    }
  }
}
