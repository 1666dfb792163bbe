import { SEVERITIES } from '#libs/contracts';
import type { AlertLine, Text } from '#libs/contracts';
import { SEVERITY_NAMES } from '../alert-words.js';
import { call, listOf, type BoardEntry } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { mayOperate, whoAmI } from '../me.js';
import { alertBox, choice, desk, field, tell } from './desk.js';
import { faultOf } from './alert-faults.js';

const TITLE: Text = { vi: 'Báo cảnh báo mới', en: 'Raise an alert' };

/** `/alerts/new`: an alert that a person raises; people are told of it as of any other. */
export async function newAlertPage(parent: HTMLElement): Promise<void> {
  const [me, boards] = await Promise.all([
    whoAmI(),
    call<unknown>('GET', '/v1/boards').then(listOf<BoardEntry>, () => []),
  ]);
  if (!mayOperate(me)) return location.assign('/alerts');
  draw(parent, boards);
}

function draw(parent: HTMLElement, boards: readonly BoardEntry[]): void {
  const box = alertBox();
  // Pressed twice, or sent again after a cut, it raises one alert.
  const key = crypto.randomUUID();
  const button = h('button', { type: 'submit', class: 'button' }, say({ vi: 'Phát cảnh báo', en: 'Raise it' }));
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    const steps = text('steps')
      .split('\n')
      .map((step) => step.trim())
      .filter((step) => step !== '');
    const given = (name: string) => (text(name) === '' ? {} : { [name]: text(name) });
    const ask = {
      vi: 'Phát cảnh báo này? Những người trực sẽ được báo ngay.',
      en: 'Raise this alert? Whoever is on call is told at once.',
    };
    if (!confirm(say(ask))) return;
    button.disabled = true;
    tell(box, null);
    try {
      const alert = await call<AlertLine>('POST', '/v1/alerts', {
        key,
        title: text('title'),
        severity: text('severity'),
        ...given('sector'),
        ...given('unit'),
        ...given('place'),
        ...given('description'),
        ...(steps.length === 0 ? {} : { steps }),
      });
      location.assign(`/alerts/${alert.id}`);
    } catch (error) {
      tell(box, faultOf(error));
      button.disabled = false;
    }
  };
  const severities = [...SEVERITIES].reverse().map((value) => ({ value, label: say(SEVERITY_NAMES[value]) }));
  const sectors = boards
    .filter(({ id }) => id !== 'overview')
    .map(({ id, title }) => ({ value: id, label: say(title) }));
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, boards),
    h(
      'section',
      { class: 'panel' },
      h(
        'form',
        { class: 'row', onsubmit: (event: SubmitEvent) => void send(event) },
        broad(
          field(
            say({ vi: 'Việc gì đang xảy ra', en: 'What is wrong' }),
            { name: 'title', required: true, maxlength: '200' },
            say({ vi: 'Một câu ngắn; không ghi tên người dân', en: 'One short line; no personal data' }),
          ),
        ),
        choice(say({ vi: 'Mức độ', en: 'Severity' }), { name: 'severity' }, severities, 'serious'),
        choice(say({ vi: 'Lĩnh vực', en: 'Sector' }), { name: 'sector' }, [
          { value: '', label: say({ vi: 'Chung', en: 'Of no sector' }) },
          ...sectors,
        ]),
        field(
          say({ vi: 'Mã đơn vị', en: 'Unit code' }),
          { name: 'unit', maxlength: '10' },
          say({ vi: 'Mã xã, phường hoặc tỉnh; trống là toàn tỉnh', en: 'Of the commune or province; empty for all' }),
        ),
        field(say({ vi: 'Địa điểm', en: 'Place' }), { name: 'place', maxlength: '200' }),
        area('description', { vi: 'Mô tả', en: 'Description' }, '4000'),
        area('steps', { vi: 'Việc cần làm, mỗi dòng một việc', en: 'What to do, one step a line' }, '6000'),
        button,
      ),
      box,
    ),
  );
}

function broad(element: HTMLElement): HTMLElement {
  element.classList.add('broad');
  return element;
}

const area = (name: string, label: Text, most: string): HTMLElement =>
  h(
    'div',
    { class: 'field broad' },
    h('label', { for: `field-${name}` }, say(label)),
    h('textarea', { id: `field-${name}`, name, maxlength: most }),
  );
