import { type AlertSettings, nameText, type Route, SEVERITIES, type Severity, SEVERITY_NAMES } from '#libs/contracts';
import { call } from '../../api.js';
import { h } from '../../dom.js';
import { formatDuration } from '../../format.js';
import { say } from '../../language.js';
import { editor } from './editor.js';
import { boxes, button, choice, type Draft, draftOf, input, numeric } from './fields.js';
import { faultsWithin, type Model } from './model.js';
import { tick, whoNow } from './policy-editor.js';
import { hoursFields } from './schedule-editor.js';
import { targetsField } from './targets-field.js';
import { routeWords } from './route-words.js';
import { targetName } from './words.js';

/** Routes, fallback, limits and the rest, for reading. */
export function settingsView(model: Model): HTMLElement {
  const { settings } = model;
  const policy = (id: string): string => say(nameText(model.policies.find((each) => each.id === id)?.name ?? id));
  const name = (all: AlertSettings['fallback']): string =>
    all.map((target) => targetName(target, model.names)).join(', ');
  return h(
    'div',
    { class: 'settings' },
    h('h3', {}, say({ vi: 'Cảnh báo nào theo chính sách nào', en: 'Which alert goes by which policy' })),
    h(
      'ol',
      { class: 'routes' },
      ...settings.routes.map((route) =>
        h('li', {}, `${routeWords(route, model.choices)} → `, h('b', {}, policy(route.policy))),
      ),
      h(
        'li',
        {},
        say({ vi: 'còn lại, hoặc không báo được ai → ', en: 'the rest, or nobody reached → ' }),
        h('b', {}, name(settings.fallback)),
        ' ',
        whoNow(model.now.fallback[0], model),
      ),
    ),
    h('h3', {}, say({ vi: 'Hạn trả lời và xử lý', en: 'Due to be answered and solved' })),
    h(
      'ul',
      { class: 'limits' },
      ...SEVERITIES.toReversed().map((severity) => {
        const { respond, resolve } = settings.limits[severity];
        const text = say({
          vi: `xác nhận ${minutes(respond)}, xử lý ${minutes(resolve)}`,
          en: `acknowledge ${minutes(respond)}, solve ${minutes(resolve)}`,
        });
        return h('li', {}, h('b', {}, say(SEVERITY_NAMES[severity])), ` ${text}`);
      }),
    ),
    h(
      'p',
      {},
      say({
        vi: `Gộp ${settings.groupSeconds} giây · màn hình tường giữ cảnh báo khẩn cấp ${minutes(settings.takeoverMinutes)} · tự đóng sau ${formatDuration(settings.closeHours * 3_600)}`,
        en: `Groups wait ${settings.groupSeconds} s · a critical alert holds walls for ${minutes(settings.takeoverMinutes)} · closed by itself after ${formatDuration(settings.closeHours * 3_600)}`,
      }),
    ),
    h(
      'p',
      {},
      settings.brief
        ? say({
            vi: `Bản tin sáng lúc ${settings.brief.at} cho ${name(settings.brief.to)}`,
            en: `Morning brief at ${settings.brief.at} to ${name(settings.brief.to)}`,
          })
        : say({ vi: 'Không gửi bản tin sáng', en: 'No morning brief' }),
    ),
  );
}

const minutes = (n: number): string => formatDuration(n * 60);

export function settingsEditor(model: Model, done: () => void): HTMLElement {
  const draft = draftOf(model.settings);
  const body = (): Omit<typeof draft, 'version'> => {
    const { version: _version, ...settings } = draft;
    return settings;
  };
  const made = editor({
    faults: faultsWithin(model.faults, '/settings'),
    done,
    cancel: done,
    check: () => ({ body: { settings: body() }, prefix: '/settings' }),
    save: () => call('PUT', '/v1/alert-settings', draft),
    draw: () => [
      h(
        'h3',
        {},
        say({ vi: 'Tuyến: tuyến đầu tiên khớp là tuyến quyết định', en: 'Routes: the first that matches decides' }),
      ),
      h(
        'ol',
        { class: 'layers' },
        ...draft.routes.map((route, i) => routeFields(draft.routes, route, i, model, redraw)),
      ),
      h(
        'div',
        {},
        button(say({ vi: '+ Thêm tuyến', en: '+ Add a route' }), () => {
          draft.routes.push({ policy: model.policies[0]?.id ?? '' });
          redraw();
        }),
      ),
      targetsField(
        say({ vi: 'Dự phòng, khi không báo được ai', en: 'Fallback, when nobody is reached' }),
        '/fallback',
        draft.fallback,
        model.names,
      ),
      h('h3', {}, say({ vi: 'Hạn (phút)', en: 'Limits (minutes)' })),
      ...SEVERITIES.toReversed().map((severity) => limitFields(draft, severity)),
      h('h3', {}, say({ vi: 'Khác', en: 'More' })),
      moreFields(draft),
      briefFields(draft, model, redraw),
      holidayFields(draft),
    ],
  });
  function redraw(): void {
    made.redraw();
  }
  return made.form;
}

function routeFields(
  routes: Draft<Route>[],
  route: Draft<Route>,
  i: number,
  model: Model,
  redraw: () => void,
): HTMLElement {
  const at = `/routes/${i}`;
  const number = say({ vi: `Tuyến ${i + 1}`, en: `Route ${i + 1}` });
  const move = (to: number): void => {
    routes.splice(i, 1);
    if (to >= 0) routes.splice(to, 0, route);
    redraw();
  };
  const codes = (name: 'sectors' | 'units' | 'rules' | 'agencies', label: string): HTMLElement =>
    input(
      label,
      `${at}/${name}`,
      route[name]?.join(', ') ?? '',
      (text) => {
        const list = text.split(/[\s,;]+/).filter((part) => part !== '');
        if (list.length > 0) route[name] = list;
        else delete route[name];
      },
      { spellcheck: 'false' },
      say({ vi: 'Mã, cách nhau bằng dấu phẩy; trống là tất cả', en: 'Codes, separated by commas; empty for all' }),
    );
  return h(
    'li',
    { class: 'layer', 'data-path': at },
    h(
      'div',
      { class: 'layer-head' },
      h('h3', {}, number),
      i > 0 ? button('↑', () => move(i - 1), { 'aria-label': `${number}: ${say({ vi: 'lên', en: 'up' })}` }) : null,
      button(say({ vi: 'Bỏ tuyến', en: 'Remove route' }), () => move(-1), {
        'aria-label': `${say({ vi: 'Bỏ tuyến', en: 'Remove route' })} ${i + 1}`,
      }),
    ),
    h(
      'div',
      { class: 'row' },
      choice(
        say({ vi: 'Chính sách', en: 'Policy' }),
        `${at}/policy`,
        route.policy,
        model.policies.map(({ id, name }) => [id, say(nameText(name))] as const),
        (value) => (route.policy = value),
      ),
      codes('sectors', say({ vi: 'Lĩnh vực', en: 'Sectors' })),
      codes('units', say({ vi: 'Đơn vị', en: 'Units' })),
      codes('rules', say({ vi: 'Quy tắc', en: 'Rules' })),
      codes('agencies', say({ vi: 'Cơ quan xử lý', en: 'Agencies' })),
    ),
    boxes(
      say({ vi: 'Mức (không chọn là tất cả)', en: 'Severities (none for all)' }),
      `${at}/severities`,
      route.severities ?? [],
      SEVERITIES.map((each) => [each, say(SEVERITY_NAMES[each])] as const),
      (values: Severity[]) => {
        if (values.length > 0) route.severities = values;
        else delete route.severities;
      },
    ),
    hoursFields(route, at, redraw),
  );
}

function limitFields(draft: Draft<AlertSettings>, severity: Severity): HTMLElement {
  const limit = draft.limits[severity];
  const name = say(SEVERITY_NAMES[severity]);
  const one = (field: 'respond' | 'resolve', label: string): HTMLElement =>
    input(
      label,
      `/limits/${severity}/${field}`,
      limit[field],
      (text) => (limit[field] = Number(text)),
      numeric(1, 129_600),
    );
  return h(
    'div',
    { class: 'row' },
    one('respond', say({ vi: `${name}: trả lời`, en: `${name}: answer` })),
    one('resolve', say({ vi: `${name}: xử lý`, en: `${name}: solve` })),
  );
}

function moreFields(draft: Draft<AlertSettings>): HTMLElement {
  const one = (name: 'groupSeconds' | 'takeoverMinutes' | 'closeHours', label: string, max: number): HTMLElement =>
    input(label, `/${name}`, draft[name], (text) => (draft[name] = Number(text)), numeric(1, max));
  return h(
    'div',
    { class: 'row' },
    one(
      'groupSeconds',
      say({ vi: 'Gộp tin sau tin đầu (giây)', en: 'Groups wait after the first message (s)' }),
      3_600,
    ),
    one('takeoverMinutes', say({ vi: 'Khẩn cấp giữ màn hình tường (phút)', en: 'Critical holds walls (min)' }), 1_440),
    one('closeHours', say({ vi: 'Tự đóng sau khi xử lý xong (giờ)', en: 'Closed by itself after (h)' }), 720),
  );
}

function briefFields(draft: Draft<AlertSettings>, model: Model, redraw: () => void): HTMLElement {
  const { brief } = draft;
  return h(
    'div',
    { class: 'row', 'data-path': '/brief' },
    tick(say({ vi: 'Gửi bản tin sáng', en: 'Send the morning brief' }), brief !== null, (on) => {
      draft.brief = on ? { at: '07:00', to: [{ role: 'leader' }] } : null;
      redraw();
    }),
    brief
      ? input(say({ vi: 'Lúc', en: 'At' }), '/brief/at', brief.at, (text) => (brief.at = text), { type: 'time' })
      : null,
    brief ? targetsField(say({ vi: 'Cho', en: 'To' }), '/brief/to', brief.to, model.names) : null,
  );
}

function holidayFields({ holidays }: Draft<AlertSettings>): HTMLElement {
  const days = (name: 'daysOff' | 'yearlyDaysOff' | 'workedDays', label: string, example: string): HTMLElement =>
    input(
      label,
      `/holidays/${name}`,
      (holidays[name] ?? []).join(', '),
      (text) => (holidays[name] = text.split(/[\s,;]+/).filter((part) => part !== '')),
      {},
      say({ vi: `Ví dụ ${example}`, en: `For example ${example}` }),
    );
  return h(
    'div',
    { class: 'row' },
    input(
      say({ vi: 'Nghỉ Tết trước mồng một (ngày)', en: 'Days of Tết before the first' }),
      '/holidays/tetBefore',
      holidays.tetBefore,
      (text) => (holidays.tetBefore = Number(text)),
      numeric(0, 4),
    ),
    choice(
      say({ vi: 'Quốc khánh nghỉ thêm', en: 'National day: off as well' }),
      '/holidays/nationalDay',
      holidays.nationalDay,
      [
        ['before', say({ vi: 'ngày 1/9', en: '1 September' })],
        ['after', say({ vi: 'ngày 3/9', en: '3 September' })],
      ],
      (value) => (holidays.nationalDay = value === 'after' ? 'after' : 'before'),
    ),
    days('daysOff', say({ vi: 'Ngày nghỉ thêm, hoán đổi', en: 'Further days off' }), '2026-01-02, 2026-08-31'),
    days('yearlyDaysOff', say({ vi: 'Nghỉ hằng năm, kể từ ngày', en: 'Off every year, beginning with' }), '2026-11-24'),
    days('workedDays', say({ vi: 'Ngày cuối tuần làm bù', en: 'Weekend days worked' }), '2026-01-10'),
  );
}
