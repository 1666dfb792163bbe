import 'reflect-metadata';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  validateSync,
} from 'class-validator';

/** Description of a setting, printed by `npm run settings`. */
export interface SettingDoc {
  name: string;
  text: string;
  /** Never printed or logged. */
  secret: boolean;
}
const docs: SettingDoc[] = [];

function Doc(text: string, options: { secret?: boolean } = {}): PropertyDecorator {
  return (_prototype, property) => {
    docs.push({ name: String(property), text, secret: options.secret ?? false });
  };
}
const Int = (): PropertyDecorator =>
  Transform(({ value }) => (typeof value === 'string' && value !== '' ? Number(value) : (value as unknown)));
const Bool = (): PropertyDecorator =>
  Transform(({ value }) =>
    value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : (value as unknown),
  );

/** Every setting of the hub, read once from the environment. Documented where it is declared. */
export class Settings {
  @Doc('PostgreSQL of the hub. Unset: an embedded server with its data under HUB_DATA.', { secret: true })
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must start with postgres:// or postgresql://' })
  DATABASE_URL?: string;

  @Doc('Redis or Valkey for queue and live bus. Unset: both run on PostgreSQL.', { secret: true })
  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'REDIS_URL must start with redis:// or rediss://' })
  REDIS_URL?: string;

  @Doc('Folder of the embedded database, lock, logs and demo keys.')
  @IsString()
  HUB_DATA: string = '.hub';

  @Doc(
    'Secret from which pseudonyms and signing keys are derived; 32 characters or more. npm start makes one and keeps it in HUB_DATA.',
    { secret: true },
  )
  @IsOptional()
  @Matches(/^.{32,}$/, { message: 'HUB_SECRET must have at least 32 characters' })
  HUB_SECRET?: string;

  @Doc('Address that servers listen on.')
  @IsString()
  HOST: string = '127.0.0.1';

  @Doc('Port of the doors for sector systems (HTTP).')
  @Int()
  @IsInt()
  @Min(0)
  @Max(65535)
  INGEST_PORT: number = 3001;

  @Doc('Port of the embedded MQTT broker.')
  @Int()
  @IsInt()
  @Min(0)
  @Max(65535)
  MQTT_PORT: number = 1883;

  @Doc('External MQTT broker; unset: the embedded one.', { secret: true })
  @IsOptional()
  @Matches(/^(mqtts?|wss?):\/\//, { message: 'MQTT_URL must start with mqtt://, mqtts://, ws:// or wss://' })
  MQTT_URL?: string;

  @Doc('Port of the doors for people: wall, live sockets, query and admin API.')
  @Int()
  @IsInt()
  @Min(0)
  @Max(65535)
  GATEWAY_PORT: number = 3000;

  @Doc('Port of the worker for health and metrics.')
  @Int()
  @IsInt()
  @Min(0)
  @Max(65535)
  WORKER_PORT: number = 3002;

  @Doc('Least severe log level written.')
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
  LOG_LEVEL: string = 'info';

  @Doc('Event jobs waiting or failed in the queue above which doors answer 429.')
  @Int()
  @IsInt()
  @Min(1)
  QUEUE_MAX_JOBS: number = 5000;

  @Doc('Queues that large batches are spread over, by source; small ones have one more to themselves.')
  @Int()
  @IsInt()
  @Min(1)
  @Max(64)
  QUEUE_SHARDS: number = 2;

  @Doc('Milliseconds after which a store that does not answer counts as unreachable.')
  @Int()
  @IsInt()
  @Min(20)
  STORE_TIMEOUT_MS: number = 200;

  @Doc('Milliseconds within which the queue must have taken a job; then doors answer 503 with Retry-After.')
  @Int()
  @IsInt()
  @Min(100)
  @Max(30_000)
  STORE_WRITE_TIMEOUT_MS: number = 3_000;

  @Doc('Bytes of a request body, as sent.')
  @Int()
  @IsInt()
  @Min(1024)
  BODY_MAX_BYTES: number = 4 * 1024 * 1024;

  @Doc('Bytes of a request body after unpacking.')
  @Int()
  @IsInt()
  @Min(1024)
  UNPACKED_MAX_BYTES: number = 32 * 1024 * 1024;

  @Doc('Events a second that a source may send unless its own limit says otherwise.')
  @Int()
  @IsInt()
  @Min(1)
  SOURCE_RATE: number = 2000;

  @Doc('Days back that an event may lie; older ones are refused. At most DEDUP_DAYS.')
  @Int()
  @IsInt()
  @Min(1)
  EVENT_MAX_AGE_DAYS: number = 400;

  @Doc('Minutes ahead that an event may lie.')
  @Int()
  @IsInt()
  @Min(0)
  EVENT_MAX_AHEAD_MINUTES: number = 5;

  @Doc('Days that raw events are kept.')
  @Int()
  @IsInt()
  @Min(1)
  RAW_DAYS: number = 400;

  @Doc('Days that the dedup ledger remembers an event id.')
  @Int()
  @IsInt()
  @Min(1)
  DEDUP_DAYS: number = 401;

  @Doc(
    'Days that minute buckets are kept; hours and days stay. At least 29: numbers are held against the same minute of up to four weeks before.',
  )
  @Int()
  @IsInt()
  @Min(29)
  MINUTE_DAYS: number = 35;

  @Doc('Days that what became of messages about closed alerts is kept. At least 7.')
  @Int()
  @IsInt()
  @Min(7)
  NOTIFICATION_DAYS: number = 90;

  @Doc('Days that closed alerts are kept with their history, since they were closed. At least 30.')
  @Int()
  @IsInt()
  @Min(30)
  ALERT_DAYS: number = 1100;

  @Doc('Milliseconds between two deltas of a board.')
  @Int()
  @IsInt()
  @Min(20)
  LIVE_TICK_MS: number = 250;

  @Doc(
    'JSON file with settings of sectors: {"sector": {"setting": value}}. Unset: every one has its default (docs/generated/packs.md).',
  )
  @IsOptional()
  @IsString()
  SECTORS_FILE?: string;

  @Doc('Who wrote or sent in an entered value must not approve it.')
  @Bool()
  @IsBoolean()
  ENTRY_FOUR_EYES: boolean = true;

  @Doc(
    'Address of the hub as people reach it, for links in messages, e.g. https://ioc.example.gov.vn. Unset: http://HOST:GATEWAY_PORT.',
  )
  @IsOptional()
  @Matches(/^https?:\/\/[^/]+$/, { message: 'PUBLIC_URL must be like https://ioc.example.gov.vn, without a path' })
  PUBLIC_URL?: string;

  @Doc('Port of the alerter for health and metrics.')
  @Int()
  @IsInt()
  @Min(0)
  @Max(65535)
  ALERTER_PORT: number = 3003;

  @Doc('Subscribers may have addresses of private networks. Off, so that the hub cannot be used to reach inside.')
  @Bool()
  @IsBoolean()
  SUBSCRIBERS_PRIVATE: boolean = false;

  @Doc(
    'Channels of alerts (webhooks, push) may have addresses of private networks, such as an SMS gateway of your own.',
  )
  @Bool()
  @IsBoolean()
  CHANNELS_PRIVATE: boolean = false;

  @Doc('Demo sources run with npm start.')
  @Bool()
  @IsBoolean()
  DEMO: boolean = true;

  @Doc('Multiplies the volume of demo events (dossiers, visits, cases, calls), up to 5; sensors keep their period.')
  @Int()
  @IsNumber()
  @Min(0.1)
  @Max(5)
  DEMO_SPEED: number = 1;

  @Doc('Bearer token that opens /metrics to other machines; unset: only the loopback may read it.', { secret: true })
  @IsOptional()
  @Matches(/^.{16,}$/, { message: 'METRICS_TOKEN must have at least 16 characters' })
  METRICS_TOKEN?: string;

  @Doc('OpenTelemetry collector (OTLP over HTTP); unset: no traces.')
  @IsOptional()
  @Matches(/^https?:\/\//, { message: 'OTEL_EXPORTER_OTLP_ENDPOINT must start with http:// or https://' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
}

/** Address of the hub as people reach it, without a slash at the end. */
export const publicUrl = ({ PUBLIC_URL, HOST, GATEWAY_PORT }: Settings): string =>
  PUBLIC_URL ?? `http://${HOST}:${GATEWAY_PORT}`;

/** A setting is missing or wrong; the message names it and says what is allowed. */
export class SettingsError extends Error {}

/** Reads and validates the environment. Unknown variables are none of its business. Empty text counts as unset. */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const given = Object.fromEntries(
    docs.map(({ name }) => [name, environment[name]]).filter(([, value]) => value !== undefined && value !== ''),
  );
  const settings = plainToInstance(Settings, { ...new Settings(), ...given });
  const errors = validateSync(settings, { forbidUnknownValues: false });
  if (errors.length > 0) {
    throw new SettingsError(
      errors.map((error) => sentenceOf(error.property, error.constraints ?? {}, given)).join('; '),
    );
  }
  if (settings.EVENT_MAX_AGE_DAYS > settings.DEDUP_DAYS) {
    throw new SettingsError('EVENT_MAX_AGE_DAYS must not exceed DEDUP_DAYS, or an old event could count twice');
  }
  return settings;
}

/** What is wrong with a setting, once: its type where that is wrong, else what else it breaks. Never a secret's value. */
function sentenceOf(name: string, constraints: Record<string, string>, given: Record<string, unknown>): string {
  const type = Object.entries(constraints).find(([rule]) => /^is(Int|Number|Boolean|In|String)$/.test(rule))?.[1];
  const secret = docs.find((doc) => doc.name === name)?.secret ?? true;
  return `${type ?? Object.values(constraints).join(', ')}${secret ? '' : ` (now: ${String(given[name])})`}`;
}

/** Every setting with its documentation and default. */
export function describeSettings(): (SettingDoc & { default: string })[] {
  const defaults = new Settings() as unknown as Record<string, unknown>;
  return docs.map((doc) => ({ ...doc, default: defaults[doc.name] === undefined ? '' : String(defaults[doc.name]) }));
}
