import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { zipSync, strToU8 } from 'fflate';
import { Webhook } from 'standardwebhooks';
import { calendarStart, dayName, type Explained, type Explanation } from '#libs/contracts';
import { testHub, type TestHub } from '../support/hub.js';
import { awayFromMidnight } from '../support/midnight.js';
import { addPerson } from '../support/people.js';
import { packRoot } from '../support/pack-root.js';
import { wallLink, watchBoard } from '../support/screen.js';

let installed: ReturnType<typeof packRoot>;
let hub: TestHub;
let writer: string;
let approver: string;

/** A receiver of messages that answers what it is told to, and keeps what came. */
let receiver: Server;
const answers: number[] = [];
const came: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  await awayFromMidnight();
  installed = packRoot('museums');
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      came.push({ headers: request.headers, body });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  hub = await testHub({ backend: 'postgres', root: installed.root, env: { SUBSCRIBERS_PRIVATE: 'true' } });
  writer = await signIn('writer', 'operator');
  approver = await signIn('approver', 'administrator');
});

afterAll(async () => {
  await hub?.close();
  receiver?.close();
  installed?.remove();
});

async function signIn(login: string, role: string): Promise<string> {
  const password = await addPerson(hub, login, role);
  const answer = await fetch(`${hub.gateway}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  });
  expect(answer.status).toBe(200);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function ask<T = never>(
  cookie: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T; text: string }> {
  const raw = body instanceof Uint8Array || typeof body === 'string';
  const answer = await fetch(`${hub.gateway}${path}`, {
    method,
    headers: {
      cookie,
      ...(raw ? { 'content-type': 'application/octet-stream' } : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.includes('json') ?? false;
  return { status: answer.status, text, body: (json ? JSON.parse(text) : null) as T };
}

interface Entry {
  id: string;
  state: string;
  version: number;
  period: string;
}
const entry = {
  metric: 'museums.visits',
  unit: '92',
  dims: ['paid'],
  period: '2026-10-20',
  value: 1200,
  document: '12/BC-SVH',
};
interface Step {
  actor: string;
  action: string;
  detail: object;
}
const states = async (): Promise<string[]> => {
  const { entries } = (await ask<{ entries: Entry[] }>(writer, 'GET', '/v1/entries?metric=museums.visits')).body;
  return entries.map(({ version, state }) => `${version} ${state}`).sort();
};
const draft = async (value: number | null): Promise<Entry> =>
  (await ask<Entry>(writer, 'POST', '/v1/entries', { ...entry, value })).body;

async function publish(made: Entry): Promise<void> {
  expect((await ask(writer, 'POST', `/v1/entries/${made.id}/submit`)).status).toBe(200);
  expect((await ask(approver, 'POST', `/v1/entries/${made.id}/approve`)).status).toBe(200);
  expect((await ask(approver, 'POST', `/v1/entries/${made.id}/publish`)).status).toBe(200);
}

async function until<T>(what: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + 90_000; Date.now() < end;) {
    const found = await what();
    if (found !== undefined) return found;
    await delay(50);
  }
  throw new Error('it never came');
}

test('what is entered reaches the wall only when it is published, and a later version supersedes it', async () => {
  const screen = await watchBoard(hub, 'museums', (await wallLink(hub)).token);
  await screen.until('visits', (tile) => tile.kind === 'number' && tile.value === null);
  const first = await draft(1_200);
  expect(first).toMatchObject({ state: 'draft', version: 1, period: '2026-10-01' });
  expect((await ask(writer, 'POST', `/v1/entries/${first.id}/publish`)).status).toBe(409);
  await publish(first);
  await screen.until('visits', (tile) => tile.kind === 'number' && tile.value === 1_200);

  expect((await ask(writer, 'PUT', `/v1/entries/${first.id}`, { value: 5 })).status).toBe(409);
  const second = await draft(1_300);
  expect(second.version).toBe(2);
  await publish(second);
  await screen.until('visits', (tile) => tile.kind === 'number' && tile.value === 1_300);

  // A correction says why, and is a version like any other; what is published stays until then.
  const correct = (id: string, body: object) =>
    ask<Entry & { code: string; errors: { path: string }[] }>(writer, 'POST', `/v1/entries/${id}/correct`, body);
  const unsaid = await correct(second.id, { value: 1_400, reason: ' ' });
  expect([unsaid.status, unsaid.body.errors[0]?.path]).toEqual([400, '/reason']);
  const third = (await correct(second.id, { value: 1_400, reason: 'cộng thiếu một ngày' })).body;
  expect(third).toMatchObject({ ...entry, period: '2026-10-01', value: 1_400, document: null, version: 3 });
  const again = await correct(first.id, { value: 1_500, reason: 'x' });
  expect([again.status, again.body.code]).toEqual([409, 'entry-state']);
  expect(await states()).toEqual(['1 superseded', '2 published', '3 draft']);
  await publish(third);
  await screen.until('visits', (tile) => tile.kind === 'number' && tile.value === 1_400);
  expect(await states()).toEqual(['1 superseded', '2 superseded', '3 published']);

  await publish(await draft(null));
  await screen.until('visits', (tile) => tile.kind === 'number' && tile.value === null);
  screen.close();
  const { steps } = (await ask<{ steps: Step[] }>(writer, 'GET', `/v1/entries/${third.id}/history`)).body;
  expect(steps.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    'writer entry.draft',
    'writer entry.submit',
    'approver entry.approve',
    'approver entry.publish',
  ]);
  expect(steps[0]?.detail).toMatchObject({ value: 1_400, corrects: 2, reason: 'cộng thiếu một ngày' });
});

test('a number that somebody works on is not begun a second time, by whichever way', async () => {
  const own = { ...entry, dims: ['twice'], period: '2024-10-20' };
  const add = (body: object) =>
    ask<Entry & { code: string; open: { id: string; author: string } }>(writer, 'POST', '/v1/entries', body);
  const both = await Promise.all([add(own), add({ ...own, period: '2024-10-02' })]);
  expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
  const made = both.find(({ status }) => status === 201)?.body as Entry;
  const refused = both.find(({ status }) => status === 409)?.body;
  expect(refused).toMatchObject({ code: 'entry-open', open: { id: made.id, author: 'writer' } });
  expect((await add({ ...own, period: '2024-09-02' })).status).toBe(201);

  const sheet =
    'metric;unit;dims;period;value\n' +
    ['twice;10/2024', 'once;10/2024', 'once;01/10/2024'].map((line) => `museums.visits;92;${line};1`).join('\n');
  const path = '/v1/entries/import?preview=true';
  const preview = await ask<{ rows: { line: number; errors: { message: string }[] }[] }>(writer, 'POST', path, sheet);
  expect(preview.body.rows.map(({ errors }) => errors.map(({ message }) => message))).toEqual([
    ['version 1 of this number is open already: draft, written by writer'],
    [],
    ['line 3 says this number already'],
  ]);
  expect((await ask(writer, 'POST', '/v1/entries/import', sheet)).status).toBe(400);

  await publish(made);
  const correction = { value: null, reason: 'nhầm' };
  const tries = await Promise.all(
    [1, 2].map(() => ask<Entry>(writer, 'POST', `/v1/entries/${made.id}/correct`, correction)),
  );
  expect(tries.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
  await publish(tries.find(({ status }) => status === 201)?.body as Entry);
});

test('nobody approves what he wrote, also over the draft of somebody else, and what was returned is a draft again', async () => {
  const other = (await ask<Entry>(writer, 'POST', '/v1/entries', { ...entry, dims: ['over'] })).body;
  expect((await ask(approver, 'PUT', `/v1/entries/${other.id}`, { value: 8 })).status).toBe(200);
  expect((await ask(writer, 'POST', `/v1/entries/${other.id}/submit`)).status).toBe(200);
  expect((await ask(approver, 'POST', `/v1/entries/${other.id}/approve`)).status).toBe(403);
  const own = (await ask<Entry>(approver, 'POST', '/v1/entries', { ...entry, dims: ['free'] })).body;
  expect((await ask(approver, 'POST', `/v1/entries/${own.id}/submit`)).status).toBe(200);
  const refused = await ask<{ code: string; detail: string }>(approver, 'POST', `/v1/entries/${own.id}/approve`);
  expect([refused.status, refused.body.code]).toEqual([403, 'own-entry']);
  expect((await ask(approver, 'POST', `/v1/entries/${own.id}/return`, { reason: 'thiếu văn bản' })).status).toBe(200);
  expect((await ask(approver, 'PUT', `/v1/entries/${own.id}`, { value: 7 })).status).toBe(200);
  expect((await ask(approver, 'DELETE', `/v1/entries/${own.id}`)).status).toBe(204);
  expect((await ask(approver, 'POST', `/v1/entries/${own.id}/submit`)).status).toBe(404);
});

test.each([
  [{ metric: 'museums.nothing' }, '/metric'],
  [{ unit: '00' }, '/unit'],
  [{ dims: [] }, '/dims'],
  [{ period: '2026-02-30' }, '/period'],
  [{ period: '2099-01-01' }, '/period'],
  [{ value: 'many' }, '/value'],
  [{ document: 'của ông A, 0912345678' }, '/document'],
  [{ dims: ['never'], value: null }, '/value'],
])('an entry that cannot be is refused by its field: %j', async (change, path) => {
  const answer = await ask<{ errors: { path: string }[] }>(writer, 'POST', '/v1/entries', { ...entry, ...change });
  expect([answer.status, answer.body.errors[0]?.path]).toEqual([400, path]);
});

test('a sheet is shown before it is taken, and taken whole or not at all', async () => {
  const good =
    'metric;unit;dims;period;value;document\nmuseums.visits;92;sheet;9/2026;1.234,5;1/BC\nmuseums.visits;56;sheet;01/09/2026;7;';
  const preview = await ask<{ good: number; rows: { value: number; period: string }[] }>(
    writer,
    'POST',
    '/v1/entries/import?preview=true',
    good,
  );
  expect(preview.body).toMatchObject({
    good: 2,
    bad: 0,
    rows: [
      { line: 2, dims: ['sheet'], value: 1234.5, period: '2026-09-01', errors: [] },
      { line: 3, value: 7, period: '2026-09-01', errors: [] },
    ],
  });
  const nothing = 'value is missing: no published figure is there to be withdrawn';
  const empty = 'metric,unit,dims,period,value\nmuseums.visits,92,sheet,9/2026,';
  const withdrawn = await ask<{ rows: { errors: object[] }[] }>(
    writer,
    'POST',
    '/v1/entries/import?preview=true',
    empty,
  );
  expect(withdrawn.body.rows[0]?.errors).toEqual([{ path: '/value', message: nothing }]);
  const bad = `${good}\nmuseums.visits;92;sheets;9/2026;1.234;\nmuseums.visits;92;;9/2026;3;`;
  const refused = await ask<{ errors: { path: string }[] }>(writer, 'POST', '/v1/entries/import', bad);
  expect([refused.status, refused.body.errors.map((one) => one.path)]).toEqual([400, ['/4/value', '/5/dims']]);
  const drafts = async (): Promise<number> =>
    (await ask<{ entries: object[] }>(writer, 'GET', '/v1/entries?state=draft')).body.entries.length;
  const before = await drafts();
  expect((await ask(writer, 'POST', '/v1/entries/import', good)).body).toMatchObject({ drafts: 2 });
  expect(await drafts()).toBe(before + 2);
  expect(
    (await ask<{ good: number }>(writer, 'POST', '/v1/entries/import?preview=true', workbook())).body,
  ).toMatchObject({
    good: 1,
    rows: [{ metric: 'museums.visits', unit: '92', period: '2026-08-01', value: 42.5 }],
  });
  for (const broken of ['no header', workbook().subarray(0, 200), 'a,b\n'.repeat(3), Buffer.from([0xff, 0xfe, 0x00])]) {
    expect((await ask(writer, 'POST', '/v1/entries/import', broken)).status).toBe(400);
  }
  expect((await ask(writer, 'POST', '/v1/entries/import', 'x'.repeat(1_100_000))).status).toBe(413);
});

test('a subscription that could never be told of anything is refused by its fields', async () => {
  const body = { name: 'x', url: 'nowhere', sectors: ['museums', 'nosuch'], sharing: 'public' };
  const faults = async (change: object): Promise<string[]> => {
    const path = '/v1/admin/subscriptions';
    const answer = await ask<{ errors?: { path: string }[] }>(approver, 'POST', path, { ...body, ...change });
    return [String(answer.status), ...(answer.body.errors ?? []).map((one) => one.path)];
  };
  expect(await faults({})).toEqual(['400', '/url', '/sectors/1']);
  expect(await faults({ url: 'http://127.0.0.1:1/x' })).toEqual(['400', '/sectors/1']);
  expect(await faults({ sectors: ['*'] })).toEqual(['400', '/url']);
});

test('a subscriber is told, signed, until it has it; each sees what its level allows', async () => {
  const { port } = receiver.address() as AddressInfo;
  const subscribe = async (sharing: string): Promise<{ id: string; secret: string }> => {
    const body = { name: sharing, url: `http://127.0.0.1:${port}/${sharing}`, sectors: ['museums'], sharing };
    const answer = await ask<{ id: string; secret: string }>(approver, 'POST', '/v1/admin/subscriptions', body);
    expect(answer.status).toBe(201);
    return answer.body;
  };
  expect((await ask(writer, 'GET', '/v1/admin/subscriptions')).status).toBe(403);
  const open = await subscribe('public');
  const inner = await subscribe('internal');
  answers.push(500);
  await publish((await ask<Entry>(writer, 'POST', '/v1/entries', { ...entry, dims: ['told'], value: 10 })).body);
  await until(() => (came.length >= 3 ? true : undefined));
  const failed = came.shift();
  expect(came.map(({ headers }) => headers['webhook-id'])).toContain(failed?.headers['webhook-id']);

  const told = came.map(({ headers, body }) => {
    const secret = [open.secret, inner.secret].find((one) => verified(one, body, headers));
    expect(secret).toBeDefined();
    const message = JSON.parse(body) as { type: string; data: { indicators: { code: string; value: number }[] } };
    expect(message.type).toBe('indicators.published');
    expect(message.data.indicators[0]).toMatchObject({ entered: true, simulated: false });
    const values = message.data.indicators.map(({ code, value }) => `${code}=${value}`);
    return `${secret === open.secret ? 'public' : 'internal'}: ${values.join(', ')}`;
  });
  expect(told.sort()).toEqual(['internal: museums.visits=10, museums.visits-double=20', 'public: museums.visits=10']);

  came.length = 0;
  const { secret } = (await ask<{ secret: string }>(approver, 'POST', `/v1/admin/subscriptions/${open.id}/secret`))
    .body;
  answers.push(410, 410);
  await publish((await ask<Entry>(writer, 'POST', '/v1/entries', { ...entry, dims: ['gone'], value: 1 })).body);
  const last = await until(() => came.find(({ body, headers }) => verified(secret, body, headers)));
  expect(verified(open.secret, last.body, last.headers)).toBe(true);
  await until(async () => {
    const { subscriptions } = (
      await ask<{ subscriptions: { disabledWhy: string | null }[] }>(approver, 'GET', '/v1/admin/subscriptions')
    ).body;
    return subscriptions.every((one) => one.disabledWhy === 'answered 410 Gone') ? true : undefined;
  });
});

test('an explanation says how much of it was entered by hand', async () => {
  const path = '/v1/indicators/museums.visits-double/explain';
  const { body } = await ask<Explanation>(writer, 'GET', path);
  expect(body.byHand).toEqual({ values: 2, of: 2 });
});

test('cases of earlier years are entered for the communes of those years, and limit those of today', async () => {
  const list = join(installed.root, 'communes.csv');
  writeFileSync(list, 'code,name,type,parent,predecessors\n31135,Ninh Kiều,phường,92,31117+31119\n');
  const env = { ...process.env, DATABASE_URL: hub.database.url, HUB_SECRET: 'x'.repeat(40), REDIS_URL: undefined };
  execFileSync(process.execPath, [join(installed.root, 'dist/tools/hub.js'), 'unit', 'load', list], { env });
  const month = dayName(calendarStart('month', Date.now())).slice(5);
  const year = Number(dayName(Date.now()).slice(0, 4));
  const lines = [1, 2, 3, 4, 5].flatMap((back) =>
    ['31117', '31119'].map((unit, i) => `health.history,${unit},A97,${year - back}-${month},${10 * back + i}`),
  );
  const sheet = ['metric,unit,dims,period,value', ...lines].join('\n');
  const preview = '/v1/entries/import?preview=true';
  await until(async () =>
    (await ask<{ bad: number }>(writer, 'POST', preview, sheet)).body.bad === 0 ? true : undefined,
  );
  expect((await ask(writer, 'POST', '/v1/entries/import', sheet)).body).toMatchObject({ drafts: 10 });
  const drafts = await ask<{ entries: Entry[] }>(writer, 'GET', '/v1/entries?metric=health.history&state=draft');
  for (const made of drafts.body.entries) await publish(made);
  // 10 + 11, 20 + 21, … 50 + 51: the mean of five years is 61, as one commune.
  const path = '/v1/indicators/health.dengue-epidemic/explain?by=unit&key=31135';
  const mean = await until(async () => {
    const { body } = await ask<Explanation>(writer, 'GET', path);
    const value = meanIn(body.explained);
    return value === 61 ? value : undefined;
  });
  expect(mean).toBe(61);
});

test('what a source told is superseded by what is entered after it, and not by what was drafted before', async () => {
  const key = await hub.addSource('museum-system');
  const same = { metric: 'museums.visits', unit: '92', dims: ['told'], period: '2026-08-01' };
  const tell = (version: number) => {
    const data = { metric: 'visits', dims: same.dims, period: same.period, version, value: 9_000 };
    const type = 'vn.ioc.museums.value.published.v1';
    return hub.post(key, [{ id: `told-${version}`, type, time: new Date().toISOString(), unit: '92', data }]);
  };
  const enter = async (): Promise<Entry> =>
    (await ask<Entry>(writer, 'POST', '/v1/entries', { ...same, value: 10 })).body;
  expect((await tell(3)).status).toBe(202);
  const own = await until(async () => {
    const made = await enter();
    return made.version > 3 ? made : undefined;
  });
  await tell(9);
  const next = await until(async () => {
    const made = await enter();
    return made.version > 9 ? made : undefined;
  });
  for (const made of [own, next]) {
    await ask(writer, 'POST', `/v1/entries/${made.id}/submit`);
    await ask(approver, 'POST', `/v1/entries/${made.id}/approve`);
  }
  const late = await ask<{ code: string }>(approver, 'POST', `/v1/entries/${own.id}/publish`);
  expect([late.status, late.body.code]).toEqual([409, 'entry-superseded']);
  expect((await ask(approver, 'POST', `/v1/entries/${next.id}/publish`)).status).toBe(200);
});

test('a figure of a commune of today is not added to those of the communes that it was made of', async () => {
  const publishAll = async (...lines: string[]): Promise<void> => {
    const sheet = ['metric,unit,dims,period,value', ...lines].join('\n');
    expect((await ask(writer, 'POST', '/v1/entries/import', sheet)).body).toMatchObject({ drafts: lines.length });
    for (const metric of new Set(lines.map((line) => line.split(',')[0]))) {
      const drafts = await ask<{ entries: Entry[] }>(writer, 'GET', `/v1/entries?state=draft&metric=${metric}`);
      for (const made of drafts.body.entries) await publish(made);
    }
  };
  const share = async (expected: number): Promise<Explanation> =>
    until(async () => {
      const { body } = await ask<Explanation>(writer, 'GET', '/v1/indicators/social.poor/explain?by=unit&key=31135');
      return body.indicator.value === expected ? body : undefined;
    });
  const year = '2025-01-01';
  await publishAll(
    `social.households,31135,,${year},1000`,
    `social.poor,31117,,${year},10`,
    `social.poor,31119,,${year},20`,
  );
  await share(3);
  await publishAll(`social.poor,31135,,${year},25`);
  const { byHand } = await share(2.5);
  expect(byHand).toEqual({ values: 2, of: 2 });
});

/** The number put in for the five-year mean, wherever it stands in the formula. */
function meanIn({ text, value, parts = [] }: Explained): number | null {
  if (/^average\([^+]*\)$/.test(text)) return value;
  return parts.reduce<number | null>((found, part) => found ?? meanIn(part), null);
}

function verified(secret: string, body: string, headers: IncomingHttpHeaders): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

/** A workbook with one line, as a spreadsheet program writes it: shared texts, a date as a serial number. */
function workbook(): Uint8Array {
  const ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const texts = ['metric', 'unit', 'dims', 'period', 'value', 'museums.visits', '92', 'sheet'];
  const row = (n: number, cells: string[]): string => `<row r="${n}">${cells.join('')}</row>`;
  const shared = (ref: string, index: number): string => `<c r="${ref}" t="s"><v>${index}</v></c>`;
  const files = {
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
    '_rels/.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<?xml version="1.0"?><workbook ${ns} xmlns:r="${rel}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${rel}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="${rel}/styles" Target="styles.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<?xml version="1.0"?><sst ${ns}>${texts.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
    'xl/styles.xml': `<?xml version="1.0"?><styleSheet ${ns}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet ${ns}><sheetData>${row(1, ['A1', 'B1', 'C1', 'D1', 'E1'].map(shared))}${row(2, [shared('A2', 5), shared('B2', 6), shared('C2', 7), '<c r="D2" s="1"><v>46235</v></c>', '<c r="E2"><v>42.5</v></c>'])}</sheetData></worksheet>`,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
