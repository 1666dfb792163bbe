import type { Text } from '#libs/contracts';
import { call } from '../../api.js';
import { h } from '../../dom.js';
import { say } from '../../language.js';
import { editor } from './editor.js';
import { type Draft, draftOf, input } from './fields.js';
import { faultsWithin, type Model, type Versioned } from './model.js';

export interface RecordEditor<T extends { id: string; name: string }> {
  /** Where it is kept, `/v1/<kind>/<id>`, and where its faults are told. */
  kind: 'policies' | 'schedules';
  stored: Versioned<T>;
  model: Model;
  done: () => void;
  nameLabel: Text;
  /** What is saved of the draft, besides its id and version. */
  body: (draft: Draft<Versioned<T>>) => object;
  draw: (draft: Draft<Versioned<T>>, redraw: () => void) => readonly (HTMLElement | null)[];
}

/** The form of something that has an id, a name and a version: the id is chosen once, the version guards against others. */
export function recordEditor<T extends { id: string; name: string }>(given: RecordEditor<T>): HTMLElement {
  const { kind, stored, model, done } = given;
  const draft = draftOf(stored);
  const path = () => `/v1/${kind}/${encodeURIComponent(draft.id.trim())}`;
  const made = editor({
    faults: faultsWithin(model.faults, `/${kind}/${stored.id}`),
    done,
    cancel: done,
    check: () => ({ body: { [kind]: [{ id: draft.id, ...given.body(draft) }] }, prefix: `/${kind}/${draft.id}` }),
    save: () => call('PUT', path(), { ...given.body(draft), version: draft.version }),
    ...(stored.version > 0 ? { remove: () => call('DELETE', `${path()}?version=${stored.version}`) } : {}),
    draw: () => [
      h(
        'div',
        { class: 'row' },
        stored.version > 0
          ? null
          : input(
              say({ vi: 'Mã', en: 'Id' }),
              '/id',
              draft.id,
              (text) => (draft.id = text.trim()),
              { spellcheck: 'false' },
              say({ vi: 'a–z, 0–9, “-”; không đổi được', en: 'a–z, 0–9, "-"; stays for good' }),
            ),
        input(say(given.nameLabel), '/name', draft.name, (text) => (draft.name = text)),
      ),
      ...given.draw(draft, () => made.redraw()),
    ],
  });
  return made.form;
}
