import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { jsonSchemaOf, type DtoClass, type PersonalTreatment, personalFields } from '#libs/sector-kit';
import { loadCatalogue } from '#libs/sectors';
import { modelEvents } from '../fuzz/junk.js';
import { testHub, type App, type TestHub } from '../support/hub.js';

/** Persons who exist nowhere. Whatever of this is found at rest has leaked. */
const PERSON = {
  name: 'Tôn Nữ Quỳnh Zaphiria',
  phone: '0988776655',
  number: '092188776655',
  mail: 'quynh.zaphiria@thu.example.vn',
  address: '77 hẻm Zaphiria, phường Cái Khế',
};
const VALUES = Object.values(PERSON);
const EXTRA = {
  HoTenNguoiDan: PERSON.name,
  dienThoai: PERSON.phone,
  'so-cccd': PERSON.number,
  lienHe: { email: PERSON.mail, nha: [PERSON.address] },
};

let hub: TestHub;
let key: string;
const sent: Record<string, unknown>[] = [];

beforeAll(async () => {
  hub = await testHub({ backend: 'postgres', env: { LOG_LEVEL: 'trace' } });
  key = await hub.addSource('clinic');
  // A store that cannot keep some events, whatever the reason: they are set aside.
  await hub.database.query(`
    CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'this event cannot be kept'; END $$`);
  await hub.database.query(
    "CREATE TRIGGER poison BEFORE INSERT ON event FOR EACH ROW WHEN (NEW.id LIKE 'poison%') EXECUTE FUNCTION refuse_poison()",
  );
});

afterAll(() => hub.close());

function personalOf(dto: DtoClass): Map<string, PersonalTreatment> {
  const fields = new Map<string, PersonalTreatment>();
  for (let each: unknown = dto; typeof each === 'function' && each.prototype; each = Object.getPrototypeOf(each))
    for (const [name, treatment] of personalFields(each as DtoClass)) fields.set(name, treatment);
  return fields;
}

/** Every column of every table of every schema as text, and the logs. */
async function everything(): Promise<Map<string, string>> {
  const tables = await hub.database.query<{ name: string; schema: string; relation: string }>(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, n.nspname AS schema, c.relname AS relation
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'`,
  );
  const found = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await hub.database.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    found.set(name, rows.map(({ text }) => text).join('\n'));
  }
  for (const app of ['ingest', 'worker', 'gateway'] as App[]) found.set(`${app}.log`, hub.log(app));
  return found;
}

/** A text as it may lie in a table: plain, escaped as JSON, in hex (bytea), in base64 at any offset. */
function spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  const escaped = text.replaceAll(/[^\0-~]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const shifted = [0, 1, 2].map((by) =>
    Buffer.concat([Buffer.alloc(by), bytes])
      .toString('base64')
      .slice(by === 0 ? 0 : by + 1, -4),
  );
  return [text, escaped, text.normalize('NFD'), bytes.toString('hex'), ...shifted];
}

const leaks = (places: Map<string, string>, texts: readonly string[]): string[] =>
  [...places].flatMap(([place, content]) =>
    texts
      .filter((text) => spellings(text).some((spelling) => content.includes(spelling)))
      .map((text) => `${text} in ${place}`),
  );

describe('personal data', () => {
  test('what is declared personal, or not declared at all, is nowhere at rest', async () => {
    const catalogue = await loadCatalogue();
    const types = new Map(catalogue.packs.flatMap((pack) => pack.events.map((each) => [each.type, each.dto] as const)));
    const models = await modelEvents();
    expect(new Set(models.map(({ type }) => type.split('.')[2]))).toEqual(new Set(catalogue.packs.map(({ id }) => id)));
    let declared = 0;
    let turn = 0;
    for (const model of models) {
      const dto = types.get(model.type) as DtoClass;
      const schema = jsonSchemaOf(dto)['properties'] as Record<string, Record<string, unknown>>;
      const personal = [...personalOf(dto).keys()];
      declared += personal.length;
      const planted = Object.fromEntries(
        personal.map((name) => {
          const most = Number(schema[name]?.['maxLength'] ?? 1_000);
          const fitting = VALUES.filter((value) => value.length <= most);
          return [name, fitting[turn++ % fitting.length]];
        }),
      );
      const data = { ...model.data, ...planted, ...EXTRA };
      const base = { ...model, ...EXTRA, data };
      const wrong = Object.fromEntries(personal.map((name) => [name, { value: PERSON.name, phone: [PERSON.phone] }]));
      sent.push(
        { ...base, id: `http-${model.type}` },
        { ...base, id: `poison-${model.type}` },
        { ...base, id: `wrong-${model.type}`, time: PERSON.phone },
        {
          ...base,
          id: `wrong-data-${model.type}`,
          data: { ...data, ...wrong, [Object.keys(model.data)[0] ?? 'x']: EXTRA },
        },
        { ...base, id: `wrong-type-${model.type}`, type: PERSON.name },
      );
    }
    expect(declared).toBeGreaterThan(10);
    // First with the queue standing still, so that what waits in it is looked at, too.
    await hub.stop('worker');
    const answer = await hub.post(key, sent);
    expect(answer.status).toBe(202);
    const verdict = await answer.text();
    expect(VALUES.filter((value) => verdict.includes(value))).toEqual([]);
    const bodies: [string, string][] = [
      ['application/json', `{"broken": "${PERSON.name} ${PERSON.phone}`],
      ['application/x-ndjson', `${PERSON.mail}\n{"id":"${PERSON.number}`],
      ['text/plain', PERSON.name],
    ];
    for (const [type, body] of bodies) {
      const refused = await hub.post(key, body, type);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      const text = await refused.text();
      expect(VALUES.filter((value) => text.includes(value))).toEqual([]);
    }
    const client = await connectAsync(hub.mqtt, { username: 'clinic', password: key, reconnectPeriod: 0 });
    // One after the other: many together would go into the queue packed, where a text is not found.
    for (const event of sent.filter(({ id }) => !String(id).startsWith('poison')))
      await client.publishAsync(
        'ioc/v1/clinic/events',
        JSON.stringify({ ...event, id: `mqtt-${String(event['id'])}` }),
        { qos: 1 },
      );
    await client.publishAsync('ioc/v1/clinic/events', `{"name":"${PERSON.name}`, { qos: 1 });
    await client.publishAsync(
      `v3/app@ttn/devices/node/up`,
      JSON.stringify({ uplink_message: { decoded_payload: EXTRA } }),
      { qos: 1 },
    );
    await client.endAsync();
    const waiting = await everything();
    expect(leaks(waiting, VALUES)).toEqual([]);
    expect(leaks(waiting, [`http-${models[0]?.type}`])).toEqual([`http-${models[0]?.type} in bullmq.job`]);
    await hub.start('worker');
    await hub.stored(models.length * 2);
    const places = await everything();
    expect(leaks(places, VALUES)).toEqual([]);
    // The scan can see: what is kept is found where it is kept.
    const kept = [`http-${models[0]?.type}`];
    expect(leaks(places, kept)).toEqual(expect.arrayContaining([expect.stringMatching(/ in public\.event_/)]));
    expect(leaks(places, [`poison-${models[0]?.type}`])).toContain(`poison-${models[0]?.type} in public.set_aside`);
    expect(leaks(places, [`wrong-${models[0]?.type}`])).toContain(`wrong-${models[0]?.type} in public.rejection`);
  });

  test('of an applicant nothing is stored beside what is counted, no pseudonym either', async () => {
    const model = (await modelEvents()).find(({ type }) => type.startsWith('vn.ioc.dossiers.dossier.'));
    const before = await storedSoFar();
    const data = { ...model?.data, MaDoiTuong: PERSON.number, ChuHoSo: PERSON.name };
    expect((await hub.post(key, [{ ...model, id: 'applicant', data }])).status).toBe(202);
    await hub.stored(before + 1);
    const rows = await hub.database.query<{ data: object }>("SELECT data FROM event WHERE id = 'applicant'");
    expect(rows).toEqual([{ data: expect.objectContaining({ MaHoSo: expect.any(String) }) }]);
    expect(Object.keys(rows[0]?.data ?? {})).not.toEqual(expect.arrayContaining(['MaDoiTuong']));
    expect(Object.keys(rows[0]?.data ?? {})).not.toEqual(expect.arrayContaining(['ChuHoSo']));
    const places = await everything();
    expect(leaks(places, VALUES)).toEqual([]);
  });
});

async function storedSoFar(): Promise<number> {
  const [row] = await hub.database.query<{ n: string }>('SELECT coalesce(sum(stored), 0) AS n FROM batch');
  return Number(row?.n);
}
