import { type ChannelView, nameText, notSentText, type NotificationView, type Text } from '#libs/contracts';
import { ApiError, call, listOf } from '../api.js';
import { h } from '../dom.js';
import { formatMoment, formatNumber } from '../format.js';
import { say } from '../language.js';
import { capFeedNote } from './cap-feed-note.js';
import { channelForm } from './channel-form.js';
import { choiceOf, CHOICES, faultOf, healthChip, troubleOf } from './channel-words.js';
import { alertBox, desk, tell } from './desk.js';

const TITLE: Text = { vi: 'Kênh gửi', en: 'Channels' };
/** A channel that goes down shows within 30 s, of which the hub itself takes up to 20. */
const EVERY_MS = 5_000;

/** `/channels`: the ways by which alerts leave, for administrators. */
export async function channelsPage(parent: HTMLElement): Promise<void> {
  try {
    draw(parent, await load());
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return location.assign('/');
    const box = alertBox();
    tell(box, (error as Error).message);
    desk(parent, say(TITLE), [], () => void channelsPage(parent), box);
  }
}

const load = async (): Promise<ChannelView[]> => listOf<ChannelView>(await call('GET', '/v1/channels'));

const whole = (count: number): string => formatNumber(count, 0);

function draw(parent: HTMLElement, channels: readonly ChannelView[]): void {
  const made = h('div', { class: 'made', hidden: true, role: 'status' });
  const again = () => void channelsPage(parent);
  const rows = channels.map((channel) => channelPanel(channel, made, again));
  const form = channelForm(null, (secret) => {
    if (secret === null) return again();
    void channelsPage(parent).then(() => showSecret(parent.querySelector('.made') as HTMLElement, secret));
  });
  desk(
    parent,
    say(TITLE),
    [],
    () => draw(parent, channels),
    made,
    ...rows.map(({ panel }) => panel),
    h(
      'details',
      { class: 'panel' },
      h('summary', {}, h('h2', {}, say({ vi: 'Thêm kênh', en: 'Add a channel' }))),
      form,
    ),
  );
  void follow(rows);
}

/** Keeps health and counts of the page current as long as it is shown. */
async function follow(rows: readonly Row[]): Promise<void> {
  while (rows.some(({ panel }) => panel.isConnected)) {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    const channels = await load().catch(() => []);
    for (const channel of channels) rows.find(({ id }) => id === channel.id)?.update(channel);
  }
}

interface Row {
  id: string;
  panel: HTMLElement;
  update: (channel: ChannelView) => void;
}

function channelPanel(channel: ChannelView, made: HTMLElement, again: () => void): Row {
  const [state, counts, answer, box] = [
    h('p', { class: 'channel-state' }),
    h('p', {}),
    h('p', { role: 'status', class: 'channel-answer' }),
    alertBox(),
  ];
  let shown = '';
  const update = (now: ChannelView): void => {
    // What has not changed is not drawn again, so that a reader is not interrupted.
    const next = JSON.stringify([now.health, now.disabledAt, now.lastError, now.waiting, now.dead]);
    if (next === shown) return;
    shown = next;
    const trouble = troubleOf(now);
    state.replaceChildren(healthChip(now), ...(trouble === null ? [] : [h('span', {}, ` – ${trouble}`)]));
    const { waiting, dead } = now;
    const numbers = { vi: `Đang chờ ${whole(waiting)}`, en: `Waiting ${whole(waiting)}` };
    const lost = { vi: `không gửi được ${whole(dead)}`, en: `undelivered ${whole(dead)}` };
    counts.textContent = `${say(numbers)} · ${say(lost)}`;
  };
  update(channel);
  const act = async (work: () => Promise<unknown>) => {
    tell(box, null);
    await work().catch((error: unknown) => tell(box, faultOf(error)));
  };
  const panel = h(
    'section',
    { class: 'panel channel', 'aria-labelledby': `channel-${channel.id}` },
    h(
      'div',
      { class: 'channel-head' },
      h('h2', { id: `channel-${channel.id}` }, say(nameText(channel.name))),
      h('span', {}, `${say(CHOICES[choiceOf(channel)])} · `, h('code', {}, channel.id)),
    ),
    state,
    counts,
    channel.kind === 'cap' ? capFeedNote(channel) : null,
    actions(channel, { made, answer, act, again }),
    answer,
    box,
    deadLetters(channel, act),
    channel.kind === 'in-app' || channel.kind === 'cap'
      ? null
      : h('details', {}, h('summary', {}, say({ vi: 'Cài đặt', en: 'Settings' })), channelForm(channel, again)),
  );
  return { id: channel.id, panel, update };
}

interface Around {
  made: HTMLElement;
  answer: HTMLElement;
  act: (work: () => Promise<unknown>) => Promise<void>;
  again: () => void;
}

function actions(channel: ChannelView, { made, answer, act, again }: Around): HTMLElement {
  const path = `/v1/channels/${encodeURIComponent(channel.id)}`;
  const button = (label: Text, work: () => Promise<unknown>) =>
    h(
      'button',
      {
        type: 'button',
        class: 'switch',
        'aria-label': `${say(label)} – ${say(nameText(channel.name))}`,
        onclick: () => void act(work),
      },
      say(label),
    );
  const test = async () => {
    answer.textContent = say({ vi: 'Đang gửi tin thử…', en: 'Sending a test message…' });
    try {
      const said = await call<{ ok: boolean; answer: string; took: number }>('POST', `${path}/test`, {});
      const took = whole(said.took);
      answer.textContent = said.ok
        ? say({ vi: `✓ Đã gửi: ${said.answer} (${took} ms)`, en: `✓ Sent: ${said.answer} (${took} ms)` })
        : say({ vi: `✗ Không gửi được: ${said.answer} (${took} ms)`, en: `✗ Not sent: ${said.answer} (${took} ms)` });
    } catch (error) {
      answer.textContent = '';
      throw error;
    }
  };
  const rotate = async () => {
    const ask = {
      vi: 'Tạo khóa ký mới? Khóa cũ vẫn ký kèm trong một ngày.',
      en: 'Make a new signing secret? The old one signs beside it for a day.',
    };
    if (!confirm(say(ask))) return;
    showSecret(made, (await call<{ secret: string }>('POST', `${path}/secret`)).secret);
  };
  const disabled = channel.disabledAt !== null;
  const turn = async () => {
    await call('PUT', `${path}/disabled`, { disabled: !disabled });
    again();
  };
  const remove = async () => {
    const ask = {
      vi: `Xóa kênh gửi “${say(nameText(channel.name))}”?`,
      en: `Remove the channel “${say(nameText(channel.name))}”?`,
    };
    if (!confirm(say(ask))) return;
    await call('DELETE', path);
    again();
  };
  const own = channel.kind !== 'in-app' && channel.kind !== 'web-push';
  return h(
    'p',
    { class: 'steps' },
    button({ vi: 'Gửi thử', en: 'Test' }, test),
    button(disabled ? { vi: 'Bật', en: 'Enable' } : { vi: 'Tắt', en: 'Disable' }, turn),
    choiceOf(channel) === 'plain' ? button({ vi: 'Đổi khóa ký', en: 'New secret' }, rotate) : null,
    own ? button({ vi: 'Xóa', en: 'Remove' }, remove) : null,
  );
}

type DeadLetter = Omit<NotificationView, 'channelName'> & { subject: string };

/** What could not be delivered; asked for when it is opened. */
function deadLetters(channel: ChannelView, act: Around['act']): HTMLElement {
  const path = `/v1/channels/${encodeURIComponent(channel.id)}/dead`;
  const body = h('div', { class: 'row-part' });
  const show = async () => {
    const dead = listOf<DeadLetter>(await call('GET', path));
    const replay = (id: string | null) => () =>
      void act(async () => {
        await call('POST', id === null ? `${path}/replay` : `${path}/${id}/replay`);
        await show();
      });
    const item = (one: DeadLetter) =>
      h(
        'li',
        {},
        h(
          'span',
          {},
          h('b', {}, one.subject),
          ` – ${one.recipient} · ${formatMoment(one.createdAt)} · ${say(notSentText(one.lastError ?? ''))}`,
        ),
        h(
          'button',
          {
            type: 'button',
            class: 'switch',
            onclick: replay(one.id),
            'aria-label': `${say({ vi: 'Gửi lại', en: 'Send again' })} ${one.subject}`,
          },
          say({ vi: 'Gửi lại', en: 'Send again' }),
        ),
      );
    const none = h('p', { class: 'nothing' }, say({ vi: 'Không có tin nào.', en: 'There are none.' }));
    const all = h(
      'button',
      { type: 'button', class: 'button', onclick: replay(null) },
      say({ vi: 'Gửi lại tất cả', en: 'Send all again' }),
    );
    body.replaceChildren(...(dead.length === 0 ? [none] : [h('ul', { class: 'links' }, ...dead.map(item)), all]));
  };
  const details = h(
    'details',
    { ontoggle: () => void (details.open && act(show)) },
    h('summary', {}, say({ vi: 'Tin không gửi được', en: 'Undelivered messages' })),
    body,
  );
  return details;
}

function showSecret(made: HTMLElement, secret: string): void {
  const input = h('input', {
    readonly: true,
    value: secret,
    'aria-label': say({ vi: 'Khóa ký', en: 'Signing secret' }),
  });
  made.hidden = false;
  made.replaceChildren(
    h(
      'p',
      {},
      say({
        vi: 'Khóa ký chỉ hiện một lần. Hãy chép vào hệ thống nhận:',
        en: 'The signing secret is shown once. Copy it to the receiver:',
      }),
    ),
    h('div', { class: 'copy' }, input),
  );
  input.select();
}
