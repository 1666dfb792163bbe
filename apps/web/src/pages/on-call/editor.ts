import type { OnCallFault } from '#libs/contracts';
import { ApiError, call } from '../../api.js';
import { h } from '../../dom.js';
import { say } from '../../language.js';
import { alertBox, tell } from '../desk.js';
import { button, faultsOf, placeFaults } from './fields.js';
import { faultsWithin } from './model.js';

export interface Editor {
  /** Draws the fields from the draft; called again whenever lists of it grow or shrink. */
  draw: () => readonly (HTMLElement | null)[];
  /** Body of the question what is wrong, and where its answer tells of this part. */
  check: () => { body: object; prefix: string };
  save: () => Promise<unknown>;
  remove?: () => Promise<unknown>;
  /** What is known to be wrong from the start. */
  faults: readonly OnCallFault[];
  done: () => void;
  cancel: () => void;
}

/** A form over a draft: faults appear at their fields; nothing is saved before it is asked for. */
export function editor(given: Editor): { form: HTMLElement; redraw: () => void } {
  const fields = h('div', { class: 'editor-fields' });
  const box = alertBox();
  const state = h('p', { role: 'status', class: 'editor-state' });
  const redraw = (): void => {
    fields.replaceChildren(...given.draw().filter((each) => each !== null));
  };
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    tell(box, null);
    state.textContent = '';
    try {
      await work();
      given.done();
    } catch (error) {
      refuse(error);
    }
  };
  const refuse = (error: unknown): void => {
    const faults = faultsOf(error);
    placeFaults(form, faults ?? []);
    tell(
      box,
      faults === null
        ? sentenceFor(error)
        : say({ vi: 'Chưa lưu: xem các chỗ báo lỗi.', en: 'Not saved: see the marked places.' }),
    );
  };
  const check = async (): Promise<void> => {
    tell(box, null);
    const { body, prefix } = given.check();
    try {
      const { faults } = await call<{ faults: OnCallFault[] }>('POST', '/v1/on-call/check', body);
      const own = faultsWithin(faults, prefix);
      const others = faults.filter(({ path }) => !path.startsWith(`${prefix}/`));
      placeFaults(form, own);
      state.textContent = summary(own.length, others);
    } catch (error) {
      refuse(error);
    }
  };
  const remove = given.remove;
  const form = h(
    'form',
    {
      class: 'editor',
      novalidate: true,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void attempt(given.save);
      },
    },
    fields,
    box,
    state,
    h(
      'div',
      { class: 'editor-bar' },
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu', en: 'Save' })),
      button(say({ vi: 'Kiểm tra', en: 'Check' }), () => void check()),
      button(say({ vi: 'Thôi', en: 'Cancel' }), given.cancel),
      remove ? button(say({ vi: 'Xóa', en: 'Delete' }), () => void (confirm(SURE()) && attempt(remove))) : null,
    ),
  );
  redraw();
  placeFaults(form, given.faults);
  return { form, redraw };
}

const SURE = (): string => say({ vi: 'Xóa hẳn?', en: 'Delete it for good?' });

function summary(own: number, others: readonly OnCallFault[]): string {
  if (own === 0 && others.length === 0) return say({ vi: 'Không có lỗi.', en: 'Nothing is wrong.' });
  const mine = own === 0 ? '' : say({ vi: `${own} chỗ cần xem ở trên. `, en: `${own} places to look at above. ` });
  return mine + others.map(({ path, text }) => `${path}: ${say(text)}`).join(' ');
}

function sentenceFor(error: unknown): string {
  if (error instanceof ApiError && error.status === 409) {
    return error.problem.code === 'in-use'
      ? say({ vi: 'Còn nơi đang dùng, chưa xóa được.', en: 'It is still used and cannot be deleted.' })
      : say({
          vi: 'Người khác vừa sửa. Hãy mở lại trang rồi sửa tiếp.',
          en: 'Somebody else has just changed it. Load the page again.',
        });
  }
  return (error as Error).message;
}
