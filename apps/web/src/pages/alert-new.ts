import { SEVERITY_NAMES, SEVERITIES } from '#libs/contracts';
import type { AlertLine, Choices, Text } from '#libs/contracts';
import { call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { mayOperate, whoAmI } from '../me.js';
import { faultOf } from './alert-faults.js';
import { choices } from './choices.js';
import { alertBox, broad, choice, desk, field, tell } from './desk.js';
import { Picker } from './picker.js';
import { DISASTER_NAMES } from './rule-words.js';

const TITLE: Text = { vi: 'Báo cảnh báo mới', en: 'Raise an alert' };

/** `/alerts/new`: an alert that a person raises; people are told of it as of any other. */
export async function newAlertPage(parent: HTMLElement): Promise<void> {
  const [me, names] = await Promise.all([whoAmI(), choices()]);
  if (!mayOperate(me)) return location.assign('/alerts');
  draw(parent, names);
}

function draw(parent: HTMLElement, names: Choices): void {
  const box = alertBox();
  // Pressed twice, or sent again after a cut, it raises one alert.
  const key = crypto.randomUUID();
  const button = h('button', { type: 'submit', class: 'button' }, say({ vi: 'Phát cảnh báo', en: 'Raise it' }));
  const unit = new Picker({
    name: 'unit',
    label: say({ vi: 'Đơn vị hành chính', en: 'Unit' }),
    hint: say({ vi: 'Gõ tên xã, phường hoặc tỉnh; trống là toàn tỉnh', en: 'Type a name or code; empty for all' }),
    choices: names.units,
    single: true,
  });
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
        ...(unit.values[0] === undefined ? {} : { unit: unit.values[0] }),
        ...(text('disaster') === '' ? {} : { disaster: Number(text('disaster')) }),
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
  const sectors = names.sectors.map(({ value, label }) => ({ value, label: say(label) }));
  const levels = Object.entries(DISASTER_NAMES).map(([value, name]) => ({ value, label: say(name) }));
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, names),
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
        choice(say({ vi: 'Cấp rủi ro thiên tai', en: 'Level of disaster risk' }), { name: 'disaster' }, [
          { value: '', label: say({ vi: 'Không phải thiên tai', en: 'Not a disaster' }) },
          ...levels,
        ]),
        unit.element,
        field(say({ vi: 'Địa điểm', en: 'Place' }), { name: 'place', maxlength: '200' }),
        area('description', { vi: 'Mô tả', en: 'Description' }, '4000'),
        area('steps', { vi: 'Việc cần làm, mỗi dòng một việc', en: 'What to do, one step a line' }, '6000'),
        button,
      ),
      box,
    ),
  );
}

const area = (name: string, label: Text, most: string): HTMLElement =>
  h(
    'div',
    { class: 'field broad' },
    h('label', { for: `field-${name}` }, say(label)),
    h('textarea', { id: `field-${name}`, name, maxlength: most }),
  );
