import { type Choices, type MetricView, readNumber, type Text } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { alertBox, field, tell } from './desk.js';
import { type EntryFault, entrySentence } from './entry-faults.js';
import { dimensionTitle, faultOf } from './entry-words.js';
import { FREQUENCIES } from './indicator-words.js';
import { Picker } from './picker.js';

/** More named values than these are proposed while one types: others are allowed, too. */
const MOST_CHOICES = 40;

export interface EntryFormOptions {
  metrics: readonly MetricView[];
  names: Choices;
  /** Code of the metric that is chosen at first. */
  metric: string;
  /** A metric was chosen. */
  chosen: (metric: string) => void;
  saved: () => void;
}

interface Place {
  control: HTMLElement;
  fault: HTMLElement;
}

/** The form of one figure; what is wrong is said at its field. */
export class EntryForm {
  readonly element: HTMLElement;
  private readonly box = alertBox();
  private readonly dims = h('div', { class: 'row-cells' });
  private readonly step = h('small', {});
  private readonly select: HTMLSelectElement;
  private readonly places = new Map<string, Place>();
  private unit: Picker | null = null;

  constructor(private readonly options: EntryFormOptions) {
    this.select = h(
      'select',
      {
        id: 'field-metric',
        name: 'metric',
        onchange: () => {
          options.chosen(this.select.value);
          this.show([]);
          this.drawDims();
        },
      },
      ...options.metrics.map(({ code, title, unit }) =>
        h('option', { value: code, selected: code === options.metric }, `${say(title)} (${say(unit)})`),
      ),
    );
    this.drawDims();
    this.element = h(
      'section',
      { class: 'panel' },
      h('h2', {}, say({ vi: 'Số liệu mới', en: 'New figure' })),
      h('form', { class: 'row', onsubmit: (event: SubmitEvent) => void this.save(event) }, ...this.fields()),
      this.box,
    );
  }

  private fields(): HTMLElement[] {
    const metric = h(
      'div',
      { class: 'field' },
      h('label', { for: 'field-metric' }, say({ vi: 'Chỉ tiêu', en: 'Metric' })),
      this.select,
      this.step,
    );
    return [
      this.placed('/metric', metric),
      this.dims,
      this.placed(
        '/period',
        field(
          say({ vi: 'Ngày trong kỳ', en: 'A day of the period' }),
          { name: 'period', type: 'date', required: true },
          say({ vi: 'Ngày bất kỳ trong kỳ số liệu', en: 'Any day of the period' }),
        ),
      ),
      this.placed(
        '/value',
        field(say({ vi: 'Giá trị', en: 'Value' }), { name: 'value', inputmode: 'decimal' }, say(VALUE_HINT)),
      ),
      this.placed(
        '/document',
        field(
          say({ vi: 'Số văn bản', en: 'Document number' }),
          { name: 'document', maxlength: '60' },
          say({ vi: 'Ví dụ 12/BC-UBND; không ghi tên người', en: 'For example 12/BC-UBND; no names of persons' }),
        ),
      ),
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu bản nháp', en: 'Save as draft' })),
    ];
  }

  private get metric(): MetricView | undefined {
    return this.options.metrics.find(({ code }) => code === this.select.value);
  }

  private get ownDims(): readonly string[] {
    return (this.metric?.dims ?? []).filter((name) => name !== 'unit');
  }

  private drawDims(): void {
    const { metric, ownDims } = this;
    for (const path of this.places.keys()) if (/^\/(unit|dims)/.test(path)) this.places.delete(path);
    this.unit = metric?.dims.includes('unit') ? this.unitPicker() : null;
    this.dims.replaceChildren(
      ...(this.unit ? [this.placed('/unit', this.unit.element)] : []),
      ...ownDims.map((name, index) => this.placed(`/dims/${index}`, dimension(name, metric?.labels?.[name]))),
    );
    this.step.textContent = metric?.entered
      ? `${say({ vi: 'Kỳ', en: 'Period' })}: ${say(FREQUENCIES[metric.entered])}`
      : '';
  }

  /** Units of today by name; one that was merged away has a code still. */
  private unitPicker(): Picker {
    return new Picker({
      name: 'unit',
      label: say({ vi: 'Đơn vị hành chính', en: 'Administrative unit' }),
      hint: say({ vi: 'Gõ tên hoặc mã đơn vị', en: 'Type a name or the code of a unit' }),
      choices: this.options.names.units,
      single: true,
      free: true,
    });
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    tell(this.box, null);
    const read = readNumber(text('value'));
    if ('fault' in read) return this.refuse([{ path: '/value', message: `${say(read.fault)}.` }]);
    try {
      await call('POST', '/v1/entries', {
        metric: this.select.value,
        unit: this.unit?.values[0] ?? '',
        dims: this.ownDims.map((name) => text(`dim-${name}`)),
        period: text('period'),
        value: read.value,
        ...(text('document') === '' ? {} : { document: text('document') }),
      });
      this.options.saved();
    } catch (error) {
      const faults = error instanceof ApiError ? (error.problem.errors ?? []) : [];
      if (faults.length > 0) this.refuse(faults.map((one) => ({ ...one, message: entrySentence(one) })));
      else tell(this.box, faultOf(error));
    }
  }

  private refuse(faults: readonly EntryFault[]): void {
    const elsewhere = this.show(faults).map(({ message }) => message);
    const head = say({ vi: 'Chưa lưu: xem các chỗ báo lỗi.', en: 'Not saved: see the marked places.' });
    tell(this.box, [head, ...elsewhere].join(' '));
    this.element.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  /** Says each fault at its field; returns those that have none. */
  private show(faults: readonly EntryFault[]): EntryFault[] {
    for (const { control, fault } of this.places.values()) {
      control.removeAttribute('aria-invalid');
      fault.hidden = true;
      fault.textContent = '';
    }
    return faults.filter(({ path, message }) => {
      const at = [...this.places.keys()].find((one) => one === path || one.startsWith(`${path}/`));
      const place = at === undefined ? undefined : this.places.get(at);
      if (!place) return true;
      place.control.setAttribute('aria-invalid', 'true');
      place.fault.hidden = false;
      place.fault.textContent = `${place.fault.textContent} ${message}`.trim();
      return false;
    });
  }

  /** Gives a field the place where its faults are said. */
  private placed(path: string, element: HTMLElement): HTMLElement {
    const control = element.querySelector<HTMLElement>('input, select');
    if (!control) return element;
    const fault = h('small', { id: `${control.id}-fault`, class: 'fault', hidden: true });
    control.setAttribute('aria-describedby', `${fault.id} ${control.getAttribute('aria-describedby') ?? ''}`.trim());
    element.append(fault);
    this.places.set(path, { control, fault });
    return element;
  }
}

const VALUE_HINT: Text = {
  vi: 'Viết 1234,5 hoặc 1.234,5; để trống là rút số đã công bố',
  en: 'Write 1234.5 or 1234,5; empty withdraws what was published',
};

/** A field for a value of a dimension: a choice where the pack names its values, else free text. */
function dimension(name: string, labels: Record<string, Text> | undefined): HTMLElement {
  const title = say(dimensionTitle(name));
  const attributes = { name: `dim-${name}`, required: true, maxlength: '60' };
  if (!labels) return field(title, attributes);
  const id = `field-dim-${name}`;
  const options = Object.entries(labels).map(([value, label]) => h('option', { value }, say(label)));
  if (options.length > MOST_CHOICES) {
    const input = field(title, { ...attributes, list: `${id}-list` });
    input.append(h('datalist', { id: `${id}-list` }, ...options));
    return input;
  }
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, title),
    h('select', { id, name: `dim-${name}` }, ...options),
  );
}
