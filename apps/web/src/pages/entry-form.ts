import { type Choices, type MetricView, readNumber, type Text } from '#libs/contracts';
import { ApiError, call } from '../api.js';
import { h } from '../dom.js';
import { say } from '../language.js';
import { alertBox, broad, field, tell } from './desk.js';
import { type EntryFault, entrySentence } from './entry-faults.js';
import { dimensionTitle, faultOf, type Entry } from './entry-words.js';
import { CORRECTS, heldBy, titleOf, valueText, wayTo, type Work } from './entry-work.js';
import { FREQUENCIES } from './indicator-words.js';
import { Picker } from './picker.js';

/** More named values than these are proposed while one types: others are allowed, too. */
const MOST_CHOICES = 40;
/** A name that is not chosen from the list is no code: else it would be sent as one. */
const UNIT_CODE = /^[0-9A-Za-z]{1,10}$/;

export interface EntryFormOptions {
  metrics: readonly MetricView[];
  names: Choices;
  /** Code of the metric that is chosen at first. */
  metric: string;
  work: Work;
  /** A metric was chosen. */
  chosen: (metric: string) => void;
  saved: () => void;
  /** Whoever changes or corrects a figure leaves it as it is. */
  cancelled: () => void;
  /** Somebody works on this number already: the way to that entry was taken. */
  lead: (open: Entry) => void;
}

interface Place {
  control: HTMLElement;
  fault: HTMLElement;
}

/** The form of one figure; what is wrong is said at its field. The number of a figure that is there (metric, place, period) stays. */
export class EntryForm {
  readonly element: HTMLElement;
  private readonly box = alertBox();
  private readonly dims = h('div', { class: 'row-cells' });
  private readonly way = h('p', { class: 'ways', hidden: true });
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
        disabled: this.entry !== null,
        onchange: () => {
          options.chosen(this.select.value);
          this.show([]);
          this.drawDims();
        },
      },
      ...options.metrics.map(({ code, title, unit }) =>
        h(
          'option',
          { value: code, selected: code === (this.entry?.metric ?? options.metric) },
          `${say(title)} (${say(unit)})`,
        ),
      ),
    );
    this.drawDims();
    this.element = h(
      'section',
      { class: 'panel' },
      h('h2', {}, titleOf(options.work, this.metric)),
      options.work.kind === 'correct' ? h('p', {}, say(CORRECTS)) : null,
      h('form', { class: 'row', onsubmit: (event: SubmitEvent) => void this.save(event) }, ...this.fields()),
      this.box,
      this.way,
    );
  }

  /** Brings whoever chose an entry to what can be changed of it. */
  begin(): void {
    const value = this.element.querySelector<HTMLInputElement>('#field-value');
    this.element.scrollIntoView({ block: 'start' });
    value?.focus({ preventScroll: true });
    value?.select();
  }

  /** The entry that is changed or corrected. */
  private get entry(): Entry | null {
    return this.options.work.kind === 'new' ? null : this.options.work.entry;
  }

  private fields(): HTMLElement[] {
    const metric = h(
      'div',
      { class: 'field' },
      h('label', { for: 'field-metric' }, say({ vi: 'Chỉ tiêu', en: 'Metric' })),
      this.select,
      this.step,
    );
    const { entry } = this;
    return [
      this.placed('/metric', metric),
      this.dims,
      this.placed(
        '/period',
        field(
          say({ vi: 'Ngày trong kỳ', en: 'A day of the period' }),
          { name: 'period', type: 'date', required: true, disabled: entry !== null, value: entry?.period ?? '' },
          say({ vi: 'Ngày bất kỳ trong kỳ số liệu', en: 'Any day of the period' }),
        ),
      ),
      this.placed(
        '/value',
        field(
          say({ vi: 'Giá trị', en: 'Value' }),
          { name: 'value', inputmode: 'decimal', value: valueText(entry?.value ?? null) },
          say(VALUE_HINT),
        ),
      ),
      this.placed(
        '/document',
        field(
          say({ vi: 'Số văn bản', en: 'Document number' }),
          { name: 'document', maxlength: '60', value: entry?.document ?? '' },
          say({ vi: 'Ví dụ 12/BC-UBND; không ghi tên người', en: 'For example 12/BC-UBND; no names of persons' }),
        ),
      ),
      ...(this.options.work.kind === 'correct' ? [this.placed('/reason', broad(reasonField()))] : []),
      this.buttons(),
    ];
  }

  private buttons(): HTMLElement {
    const cancel = h(
      'button',
      { type: 'button', class: 'switch', onclick: () => this.options.cancelled() },
      say({ vi: 'Huỷ', en: 'Cancel' }),
    );
    return h(
      'div',
      { class: 'steps broad' },
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Lưu bản nháp', en: 'Save as draft' })),
      this.entry === null ? null : cancel,
    );
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
      ...ownDims.map((name, index) =>
        this.placed(
          `/dims/${index}`,
          dimension(
            dimensionTitle(name, metric?.dimensionNames),
            name,
            metric?.labels?.[name],
            this.entry?.dims[index],
          ),
        ),
      ),
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
      free: UNIT_CODE,
      ...(this.entry === null ? {} : { values: [this.entry.unit], locked: true }),
    });
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    const text = (name: string): string => String(data.get(name) ?? '').trim();
    tell(this.box, null);
    this.way.hidden = true;
    const read = readNumber(text('value'));
    if ('fault' in read) return this.refuse([{ path: '/value', message: `${say(read.fault)}.` }]);
    const said = { value: read.value, ...(text('document') === '' ? {} : { document: text('document') }) };
    try {
      await this.send(said, text);
      this.options.saved();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : {};
      const faults = problem.errors ?? [];
      if (problem.code === 'entry-open' && problem.open) this.refuseOpen(problem.open as Entry);
      else if (faults.length > 0) this.refuse(faults.map((one) => ({ ...one, message: entrySentence(one) })));
      else tell(this.box, faultOf(error));
    }
  }

  private send(said: object, text: (name: string) => string): Promise<unknown> {
    const { work } = this.options;
    const path = work.kind === 'new' ? '/v1/entries' : `/v1/entries/${encodeURIComponent(work.entry.id)}`;
    if (work.kind === 'change') return call('PUT', path, said);
    if (work.kind === 'correct') return call('POST', `${path}/correct`, { ...said, reason: text('reason') });
    return call('POST', path, {
      metric: this.select.value,
      unit: this.unit?.values[0] ?? '',
      dims: this.ownDims.map((name) => text(`dim-${name}`)),
      period: text('period'),
      ...said,
    });
  }

  /** Somebody works on this number already: says who, and leads there. */
  private refuseOpen(open: Entry): void {
    tell(this.box, heldBy(open));
    const take = h('button', { type: 'button', class: 'button', onclick: () => this.options.lead(open) }, wayTo(open));
    this.way.hidden = false;
    this.way.replaceChildren(take);
    take.focus();
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

const reasonField = (): HTMLElement =>
  field(
    say({ vi: 'Lý do sửa', en: 'Reason' }),
    { name: 'reason', required: true, maxlength: '200' },
    say({
      vi: 'Được giữ trong lịch sử của phiên bản mới; không ghi tên người',
      en: 'Kept in the history of the new version; no names of persons',
    }),
  );

/** A field for a value of a dimension, `fixed` where it cannot be chosen any more: a choice where the pack names its values, else free text. */
function dimension(text: Text, name: string, labels: Record<string, Text> | undefined, fixed?: string): HTMLElement {
  const title = say(text);
  const is = fixed === undefined ? {} : { value: fixed, disabled: true };
  const attributes = { name: `dim-${name}`, required: true, maxlength: '60', ...is };
  if (!labels) return field(title, attributes);
  const id = `field-dim-${name}`;
  const options = Object.entries(labels).map(([value, label]) =>
    h('option', { value, selected: value === fixed }, say(label)),
  );
  // A figure that is there may be of what the pack names no more.
  if (options.length > MOST_CHOICES || (fixed !== undefined && !(fixed in labels))) {
    const input = field(title, { ...attributes, list: `${id}-list` });
    input.append(h('datalist', { id: `${id}-list` }, ...options));
    return input;
  }
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, title),
    h('select', { id, name: `dim-${name}`, disabled: fixed !== undefined }, ...options),
  );
}
