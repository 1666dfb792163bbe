import { ApiError, call, listOf, timeOf } from '../api.js';
import type { SourceEntry, WallLinkEntry } from '../api.js';
import { h } from '../dom.js';
import { formatAge, formatMoment } from '../format.js';
import { say } from '../language.js';
import { levelChip, simulatedMark } from '../marks.js';
import { alertBox, desk, field, tell } from './desk.js';

interface CreatedLink {
  id: string;
  token: string;
  /** Address of the overview with the token in its fragment. */
  path?: string;
}

/** `/admin`: sources with their freshness, and the links by which walls read. */
export async function adminPage(parent: HTMLElement): Promise<void> {
  try {
    const [sources, links] = await Promise.all([
      call<unknown>('GET', '/v1/admin/sources'),
      call<unknown>('GET', '/v1/admin/wall-links'),
    ]);
    draw(parent, listOf<SourceEntry>(sources), listOf<WallLinkEntry>(links));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      location.assign('/');
      return;
    }
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say({ vi: 'Quản trị', en: 'Administration' }), [boardsLink()], () => void adminPage(parent), box);
  }
}

const boardsLink = () => h('a', { href: '/' }, say({ vi: 'Các bảng', en: 'Boards' }));

function draw(parent: HTMLElement, sources: readonly SourceEntry[], links: readonly WallLinkEntry[]): void {
  desk(
    parent,
    say({ vi: 'Quản trị', en: 'Administration' }),
    [boardsLink()],
    () => draw(parent, sources, links),
    sourceTable(sources),
    wallLinks(parent, links),
  );
}

/** Silent for three promised intervals is worth attention. */
export function freshness(source: SourceEntry, now: number): 'ok' | 'attention' | 'unknown' {
  const seen = timeOf(source.lastSeen);
  if (seen === null) return 'unknown';
  return source.every !== null && now - seen > source.every * 3_000 ? 'attention' : 'ok';
}

function sourceTable(sources: readonly SourceEntry[]): HTMLElement {
  const now = Date.now();
  const head = [
    say({ vi: 'Nguồn', en: 'Source' }),
    say({ vi: 'Mã', en: 'Id' }),
    say({ vi: 'Nhận lần cuối', en: 'Last received' }),
    say({ vi: 'Trạng thái', en: 'State' }),
  ];
  const row = (source: SourceEntry) => {
    const seen = timeOf(source.lastSeen);
    const state = source.revoked
      ? h('span', {}, say({ vi: 'Đã thu hồi', en: 'Revoked' }))
      : levelChip(freshness(source, now));
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, source.name, ' ', source.simulated === true ? simulatedMark() : null),
      h('td', {}, h('code', {}, source.id)),
      h(
        'td',
        {},
        seen === null
          ? say({ vi: 'chưa từng gửi', en: 'never sent' })
          : h('time', { title: formatMoment(seen) }, formatAge(now - seen)),
      ),
      h('td', {}, state ?? say({ vi: 'Bình thường', en: 'Normal' })),
    );
  };
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Nguồn dữ liệu', en: 'Sources' })),
    h(
      'div',
      { class: 'wide', tabindex: '0', role: 'region', 'aria-label': say({ vi: 'Nguồn dữ liệu', en: 'Sources' }) },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...sources.map(row)),
      ),
    ),
    sources.length === 0
      ? h('p', { class: 'nothing' }, say({ vi: 'Chưa có nguồn nào.', en: 'No sources yet.' }))
      : null,
  );
}

const words = (value: FormDataEntryValue | null): string[] =>
  String(value ?? '')
    .split(/[\s,;]+/)
    .filter((word) => word !== '');

function wallLinks(parent: HTMLElement, links: readonly WallLinkEntry[]): HTMLElement {
  const box = alertBox();
  const made = h('div', { class: 'made', hidden: true, role: 'status' });
  const create = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const data = new FormData(form);
    const days = Number(data.get('expiresInDays'));
    tell(box, null);
    try {
      const link = await call<CreatedLink>('POST', '/v1/admin/wall-links', {
        name: String(data.get('name')).trim(),
        sectors: words(data.get('sectors')),
        units: words(data.get('units')),
        ...(days > 0 ? { expiresInDays: days } : {}),
      });
      form.reset();
      showOnce(made, link);
      list.replaceChildren(...rows(parent, box, listOf<WallLinkEntry>(await call('GET', '/v1/admin/wall-links'))));
    } catch (error) {
      tell(box, (error as Error).message);
    }
  };
  const list = h('ul', { class: 'links' }, ...rows(parent, box, links));
  return h(
    'section',
    { class: 'panel' },
    h('h2', {}, say({ vi: 'Liên kết màn hình', en: 'Wall links' })),
    h(
      'p',
      {},
      say({
        vi: 'Ai có liên kết thì xem được, không cần đăng nhập, cho đến khi hết hạn hoặc bị thu hồi.',
        en: 'Whoever has a link may look, without signing in, until it expires or is revoked.',
      }),
    ),
    h(
      'form',
      { class: 'row', onsubmit: (event: SubmitEvent) => void create(event) },
      field(say({ vi: 'Tên màn hình', en: 'Name of the screen' }), { name: 'name', required: true, maxlength: '100' }),
      field(
        say({ vi: 'Lĩnh vực', en: 'Sectors' }),
        { name: 'sectors' },
        say({ vi: 'Mã, cách nhau bằng dấu phẩy; trống là tất cả', en: 'Codes, separated by commas; empty for all' }),
      ),
      field(
        say({ vi: 'Đơn vị', en: 'Units' }),
        { name: 'units' },
        say({ vi: 'Mã đơn vị hành chính; trống là tất cả', en: 'Administrative codes; empty for all' }),
      ),
      field(
        say({ vi: 'Hạn (ngày)', en: 'Valid for (days)' }),
        { name: 'expiresInDays', type: 'number', min: '1', max: '3650', inputmode: 'numeric' },
        say({ vi: 'Trống là không hạn', en: 'Empty for no limit' }),
      ),
      h('button', { type: 'submit', class: 'button' }, say({ vi: 'Tạo liên kết', en: 'Create link' })),
    ),
    box,
    made,
    list,
  );
}

function showOnce(made: HTMLElement, link: CreatedLink): void {
  const url = link.path ?? `/wall/overview#token=${link.token}`;
  const input = h('input', {
    readonly: true,
    value: new URL(url, location.origin).href,
    'aria-label': say({ vi: 'Liên kết mới', en: 'New link' }),
  });
  const copy = h(
    'button',
    {
      type: 'button',
      class: 'button',
      onclick: () => void navigator.clipboard?.writeText(input.value).catch(() => input.select()),
    },
    say({ vi: 'Chép', en: 'Copy' }),
  );
  made.hidden = false;
  made.replaceChildren(
    h(
      'p',
      {},
      say({
        vi: 'Liên kết chỉ hiện một lần. Hãy mở nó trên màn hình ngay, hoặc chép lại:',
        en: 'The link is shown once. Open it on the screen now, or copy it:',
      }),
    ),
    h('div', { class: 'copy' }, input, copy),
  );
  input.select();
}

function rows(parent: HTMLElement, box: HTMLElement, links: readonly WallLinkEntry[]): HTMLElement[] {
  return links.map((link) => {
    const expires = timeOf(link.expiresAt);
    const part = (codes: readonly string[], all: string) =>
      codes.length === 0 || codes.includes('*') ? all : codes.join(', ');
    const scope = [
      part(link.sectors, say({ vi: 'mọi lĩnh vực', en: 'all sectors' })),
      part(link.units, say({ vi: 'mọi đơn vị', en: 'all units' })),
    ];
    const until =
      expires === null
        ? say({ vi: 'không hạn', en: 'no limit' })
        : say({ vi: `đến ${formatMoment(expires)}`, en: `until ${formatMoment(expires)}` });
    const gone = timeOf(link.revokedAt) !== null;
    const ask = say({
      vi: `Thu hồi “${link.name}”? Màn hình dùng liên kết này sẽ tắt số liệu ngay và cần một liên kết mới.`,
      en: `Revoke “${link.name}”? A screen that uses it loses its numbers at once and needs a new link.`,
    });
    const revoke = async () => {
      if (!confirm(ask)) return;
      try {
        await call('DELETE', `/v1/admin/wall-links/${encodeURIComponent(link.id)}`);
        await adminPage(parent);
      } catch (error) {
        tell(box, (error as Error).message);
      }
    };
    return h(
      'li',
      {},
      h('span', {}, h('b', {}, link.name), ` — ${scope.join(' · ')} · ${until}`),
      gone
        ? h('span', {}, say({ vi: 'đã thu hồi', en: 'revoked' }))
        : h(
            'button',
            {
              type: 'button',
              class: 'switch',
              onclick: () => void revoke(),
              'aria-label': `${say({ vi: 'Thu hồi', en: 'Revoke' })} ${link.name}`,
            },
            say({ vi: 'Thu hồi', en: 'Revoke' }),
          ),
    );
  });
}
