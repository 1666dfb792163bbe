/**
 * Quản trị trung tâm từ dòng lệnh. The hub's command line: `npm run hub -- <command>`; without a command it tells what there is.
 * Exit codes: 0 done, 1 refused or failed, 2 wrong usage.
 */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DataSource } from 'typeorm';
import { AccessError, type AccessPublisher, SetAside, SourceAdmin, Users, WallLinks } from '#libs/access';
import { encodeParts, type BatchPart } from '#libs/contracts';
import { type LiveBus, openLiveBus } from '#libs/live';
import { dataSourceOptions, loadUnits, readRulesInUse, UnitCsvError } from '#libs/persistence';
import { readSettings, type Settings, SettingsError } from '#libs/platform';
import { openQueues, type Queues } from '#libs/queue';
import { type RulesInUse, testRules } from './rule-tests.js';

const USAGE = `Quản trị trung tâm sự kiện / administer the event hub

npm run hub -- <command>

  source add <id> --types <a,b.*> --units <92,56|*> [--name <text>] [--every <seconds>] [--rate <events/s>]
                                  thêm nguồn, khoá hiện một lần / add a source; its key is shown once
  source list                     danh sách nguồn / list sources and their live keys
  source rotate <id>              khoá thứ hai để thay khoá / a second key, to change over
  source revoke <id> [<keyId>]    thu hồi khoá / revoke one key, or all
  source disable|enable <id>      đóng, mở nguồn / shut out a source, or let it in again
  device add <source> <address> --type <type> [--unit <code>] [--subject <text>]
             [--fields <data=payload,…>] [--constants <json>]
                                  thêm thiết bị / add a device; address tts:<app>/<device> or sta:<datastream>
  device list [<source>]          danh sách thiết bị / list devices
  set-aside list [--source <id>] [--limit <n>]
                                  sự kiện chưa đếm được, chờ xử lý / events that could not be counted, and wait
  set-aside replay <seq>|all      đưa vào lại sau khi sửa nguyên nhân / another try after the cause is mended
  failed list [--limit <n>]       lô chưa lưu được, đang thử lại / batches that could not be stored yet, and are tried again
  unit load <file.csv>            nạp đơn vị hành chính / load administrative units (code,name,type,parent,lon,lat,…)
  user add <login> [--role leader|operator|administrator]
                                  thêm người dùng, mật khẩu hiện một lần / add a person; the password is shown once
  user reset-password <login>     đặt lại mật khẩu / give a new password
  user disable|enable <login>     khóa, mở tài khoản / shut a person out at once, or let in again
  rules test [<file.yaml>…]       chạy thử quy tắc cảnh báo / run tests of alert rules in use; without a file those of all packs
  wall-link add <name> [--sectors <a,b|*>] [--units <92|*>] [--days <n>]
                                  liên kết màn hình, hiện một lần / a read-only link for a wall; shown once
  wall-link list                  danh sách liên kết / list wall links
  wall-link revoke <id>           thu hồi liên kết / revoke a wall link

Cơ sở dữ liệu / database: DATABASE_URL, else the one that npm start runs (HUB_DATA).
`;

class UsageError extends Error {}

/** What commands work on. */
interface Tools {
  sources: SourceAdmin;
  users: Users;
  walls: WallLinks;
  setAside: SetAside;
  dataSource: DataSource;
  queues: () => Promise<Queues>;
}

type Options = Record<string, string | undefined>;
type Command = (tools: Tools, args: readonly string[], options: Options) => Promise<unknown>;

const ACTOR = 'cli';
const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
const need = (value: string | undefined, what: string): string => {
  if (value === undefined || value === '') throw new UsageError(`thiếu / missing: ${what}`);
  return value;
};
const whole = (value: string | undefined, what: string): number | undefined => {
  if (value === undefined) return undefined;
  if (!/^\d{1,8}$/.test(value)) throw new UsageError(`--${what} phải là số nguyên / must be a whole number`);
  return Number(value);
};

const COMMANDS: Record<string, Command> = {
  'source add': ({ sources }, [id], options) => {
    const every = whole(options['every'], 'every');
    const rate = whole(options['rate'], 'rate');
    return sources.add(
      {
        id: need(id, '<id>'),
        name: options['name'] ?? need(id, '<id>'),
        types: list(need(options['types'], '--types')),
        units: list(need(options['units'], '--units')),
        ...(every === undefined ? {} : { every }),
        ...(rate === undefined ? {} : { rate }),
      },
      ACTOR,
    );
  },
  'source list': ({ sources }) => sources.list(),
  'source rotate': ({ sources }, [id]) => sources.rotate(need(id, '<id>'), ACTOR),
  'source revoke': async ({ sources }, [id, keyId]) => ({
    revoked: await sources.revoke(need(id, '<id>'), keyId, ACTOR),
  }),
  'source disable': ({ sources }, [id]) => sources.disable(need(id, '<id>'), true, ACTOR),
  'source enable': ({ sources }, [id]) => sources.disable(need(id, '<id>'), false, ACTOR),
  'device add': ({ sources }, [sourceId, address], options) =>
    sources.addDevice(
      {
        sourceId: need(sourceId, '<source>'),
        address: need(address, '<address>'),
        type: need(options['type'], '--type'),
        subject: options['subject'] ?? null,
        unit: options['unit'] ?? null,
        fields: fieldsOf(options['fields'] ?? ''),
        constants: constantsOf(options['constants'] ?? '{}'),
      },
      ACTOR,
    ),
  'device list': ({ sources }, [sourceId]) => sources.listDevices(sourceId),
  'set-aside list': ({ setAside }, _args, { source, limit }) =>
    setAside.list({ limit: whole(limit, 'limit') ?? 100, waiting: true, ...(source === undefined ? {} : { source }) }),
  'set-aside replay': async ({ setAside }, [seq]) => {
    const waiting = need(seq, '<seq>|all') === 'all' ? await setAside.list({ limit: 1_000, waiting: true }) : null;
    const chosen = waiting?.map((one) => one.seq) ?? [String(whole(seq, '<seq>'))];
    for (const one of chosen) await setAside.replay(one, ACTOR, Date.now());
    return { replayed: chosen.length };
  },
  'failed list': async ({ queues }, _args, { limit }) => {
    const opened = await queues();
    try {
      return await opened.listFailed(whole(limit, 'limit') ?? 100);
    } finally {
      await opened.close();
    }
  },
  'unit load': async ({ dataSource }, [file]) => ({
    units: await loadUnits(dataSource, readFileSync(need(file, '<file.csv>'), 'utf8')),
  }),
  'user add': ({ users }, [login], { role }) => users.add(need(login, '<login>'), role ?? 'operator', ACTOR),
  'user reset-password': async ({ users }, [login]) => ({
    login,
    password: await users.resetPassword(need(login, '<login>'), ACTOR),
  }),
  'user disable': ({ users }, [login]) => users.change(need(login, '<login>'), { disabled: true }, ACTOR),
  'user enable': ({ users }, [login]) => users.change(need(login, '<login>'), { disabled: false }, ACTOR),
  'wall-link add': ({ walls }, [name], options) => {
    const days = whole(options['days'], 'days');
    return walls.add(
      {
        name: need(name, '<name>'),
        sectors: list(options['sectors'] ?? '*'),
        units: list(options['units'] ?? '*'),
        ...(days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000) }),
      },
      ACTOR,
    );
  },
  'wall-link list': ({ walls }) => walls.list(),
  'wall-link revoke': ({ walls }, [id]) => walls.revoke(need(id, '<id>'), ACTOR),
};

function fieldsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    list(text).map((pair) => {
      const [field, from] = pair.split('=');
      return [need(field, '--fields data=payload'), need(from, '--fields data=payload')];
    }),
  );
}

function constantsOf(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new UsageError('--constants phải là đối tượng JSON / must be a JSON object');
}

/** Where the database is: DATABASE_URL, or what the running hub wrote down. */
function stores(settings: Settings): { databaseUrl: string; redisUrl?: string } {
  const redis = settings.REDIS_URL === undefined ? {} : { redisUrl: settings.REDIS_URL };
  if (settings.DATABASE_URL !== undefined) return { databaseUrl: settings.DATABASE_URL, ...redis };
  try {
    const run = JSON.parse(readFileSync(join(settings.HUB_DATA, 'run.json'), 'utf8')) as Record<string, unknown>;
    // The hub listens for changes of access on its own live bus: where that is Redis, they must be told there.
    const its = typeof run.redisUrl === 'string' ? { redisUrl: run.redisUrl } : {};
    if (typeof run.databaseUrl === 'string') return { databaseUrl: run.databaseUrl, ...its, ...redis };
  } catch {
    // Told below.
  }
  throw new SettingsError('Trung tâm chưa chạy / the hub is not running: npm start first, or set DATABASE_URL');
}

/** Without the launcher's secret no signing secret can be derived. */
function secretOf(settings: Settings): string {
  if (settings.HUB_SECRET !== undefined) return settings.HUB_SECRET;
  try {
    const secret = readFileSync(join(settings.HUB_DATA, 'secret'), 'utf8').trim();
    if (secret.length >= 32) return secret;
  } catch {
    // Told below.
  }
  throw new SettingsError('HUB_SECRET must be set to what the hub runs with');
}

/** Puts a part into the hub's own queue. */
async function submit(open: () => Promise<Queues>, part: BatchPart): Promise<void> {
  const queues = await open();
  try {
    await queues.add(queues.shardOf(part), { v: 1, parts: encodeParts([part]) });
  } finally {
    await queues.close();
  }
}

async function run(name: string, args: readonly string[], options: Options): Promise<unknown> {
  const command = COMMANDS[name];
  if (!command) throw new UsageError(`không có lệnh / no such command: ${name}`);
  const settings = readSettings();
  const its = stores(settings);
  const url = its.databaseUrl;
  const secret = name.startsWith('source') ? secretOf(settings) : '';
  const dataSource = await new DataSource(dataSourceOptions(url, 'ioc-cli', 2)).initialize();
  // Only a change is told on the bus: looking something up needs none.
  let bus: Promise<LiveBus> | undefined;
  const publish: AccessPublisher = async (message) => {
    bus ??= openLiveBus({ ...its, name: 'cli' });
    await (await bus).publish('access', message);
  };
  try {
    const sources = new SourceAdmin(dataSource, secret, publish);
    const queues = () => openQueues({ ...its, shards: settings.QUEUE_SHARDS, application: 'ioc-cli' });
    const tools = {
      sources,
      users: new Users(dataSource, publish),
      walls: new WallLinks(dataSource, publish),
      setAside: new SetAside(dataSource, (part) => submit(queues, part)),
      dataSource,
      queues,
    };
    const result = await command(tools, args, options);
    if (name === 'unit load') await publish({ kind: 'unit', id: '*' });
    return result;
  } finally {
    await (await bus)?.close().catch(() => undefined);
    await dataSource.destroy();
  }
}

/** Rules as the hub has them, also those of operators. */
const rulesInUse: RulesInUse = async (catalogue) => {
  let dataSource: DataSource | undefined;
  try {
    dataSource = await new DataSource(dataSourceOptions(stores(readSettings()).databaseUrl, 'ioc-cli', 1)).initialize();
    return { rules: (await readRulesInUse(dataSource.manager, catalogue)).map(({ rule }) => rule) };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { why: `cơ sở dữ liệu không trả lời / the database does not answer: ${code ?? message}` };
  } finally {
    await dataSource?.destroy();
  }
};

/** Runs one command line; resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const text = { type: 'string' } as const;
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(
          [
            'types',
            'units',
            'name',
            'every',
            'rate',
            'type',
            'unit',
            'subject',
            'fields',
            'constants',
            'sectors',
            'days',
            'source',
            'limit',
            'role',
          ].map((option) => [option, text]),
        ),
      },
    });
    if (values['help'] === true || positionals.length === 0) {
      process.stdout.write(USAGE);
      return positionals.length === 0 && values['help'] !== true ? 2 : 0;
    }
    const [group, verb, ...args] = positionals;
    // Needs no running hub.
    if (group === 'rules' && verb === 'test') return (await testRules(args, undefined, rulesInUse)) ? 0 : 1;
    const result = await run(`${group ?? ''} ${verb ?? ''}`, args, values as Options);
    process.stdout.write(result === undefined ? 'xong / done\n' : `${JSON.stringify(result, null, 2)}\n`);
    return 0;
  } catch (error) {
    const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    const known =
      usage || error instanceof AccessError || error instanceof UnitCsvError || error instanceof SettingsError;
    process.stderr.write(`${known ? (error as Error).message : `lỗi / failed: ${String(error)}`}\n`);
    if (usage) process.stderr.write('npm run hub -- --help\n');
    return usage ? 2 : 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
