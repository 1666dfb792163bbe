import { DEFAULT_POLICY, DEFAULT_SETTINGS, IN_APP, type TargetChannel } from '#libs/alerting';
import type { AlertSettings, Contact, PersonRole, Policy, Schedule } from '#libs/contracts';
import type pg from 'pg';

/** A person as telling needs him. */
export interface SetupPerson {
  login: string;
  role: PersonRole;
  contacts: Contact[];
  pushes: number;
  disabled: boolean;
  language: 'vi' | 'en';
  /** Empty where none is known. */
  name: string;
}

/** Who is told of alerts and how: everything that an installation has set. */
export interface AlertSetup {
  settings: AlertSettings;
  policies: Policy[];
  schedules: Schedule[];
  people: SetupPerson[];
  channels: TargetChannel[];
}

/** Reads it; what is not set has its default. Of a client: in its transaction. */
export async function readAlertSetup(pool: pg.Pool | pg.ClientBase): Promise<AlertSetup> {
  // One after the other: a client takes no second query while the first runs.
  const settings = await pool.query<{ name: string; value: unknown }>(
    'SELECT name, value FROM alert_setting LIMIT 1000',
  );
  const policies = await pool.query<{ definition: Policy }>('SELECT definition FROM policy ORDER BY id LIMIT 10000');
  const schedules = await pool.query<{ definition: Schedule }>(
    'SELECT definition FROM schedule ORDER BY id LIMIT 10000',
  );
  const people = await pool.query<SetupPerson>(PEOPLE);
  const channels = await pool.query<AlertSetup['channels'][number]>(CHANNELS);
  const given = Object.fromEntries(settings.rows.map(({ name, value }) => [name, value]));
  const own = policies.rows.map(({ definition }) => definition);
  const hasDefault = own.some(({ id }) => id === DEFAULT_POLICY.id);
  return {
    settings: { ...DEFAULT_SETTINGS, ...given },
    policies: hasDefault ? own : [...own, DEFAULT_POLICY],
    schedules: schedules.rows.map(({ definition }) => definition),
    people: people.rows,
    channels: withInApp(channels.rows),
  };
}

/** Limits by severity as they are set now, in the caller's transaction. */
export async function limitsInForce(client: pg.ClientBase): Promise<AlertSettings['limits']> {
  const { rows } = await client.query<{ value: AlertSettings['limits'] }>(
    `SELECT value FROM alert_setting WHERE name = 'limits'`,
  );
  return rows[0]?.value ?? DEFAULT_SETTINGS.limits;
}

/** A person and the channels, in the caller's transaction: enough to know by which ways he is reached. */
export async function readWays(
  client: pg.ClientBase,
  login: string,
): Promise<{ people: SetupPerson[]; channels: AlertSetup['channels'] }> {
  const people = await client.query<SetupPerson>(`${PERSON} WHERE u.login = $1`, [login]);
  const channels = await client.query<AlertSetup['channels'][number]>(CHANNELS);
  return { people: people.rows, channels: withInApp(channels.rows) };
}

const withInApp = (channels: AlertSetup['channels']): AlertSetup['channels'] =>
  channels.some(({ kind }) => kind === 'in-app')
    ? channels
    : [...channels, { id: IN_APP, kind: 'in-app', disabled: false }];

// A plain webhook has one receiver; of the others a group chat or a number has to be named.
const CHANNELS = `SELECT id, kind, disabled_at IS NOT NULL AS disabled,
    kind = 'webhook' AND (coalesce(settings->>'format', 'plain') = 'plain' OR coalesce(settings->>'group', '') <> '') AS "group"
  FROM channel ORDER BY id LIMIT 1000`;

const PERSON = `
  SELECT u.login, u.role, u.language, u.name, u.disabled_at IS NOT NULL AS disabled,
    coalesce((SELECT json_agg(json_build_object('channel', c.channel, 'address', c.address, 'least', c.least))
      FROM contact c WHERE c.user_id = u.id), '[]') AS contacts,
    (SELECT count(*)::int FROM push_subscription p WHERE p.user_id = u.id) AS pushes
  FROM app_user u`;
const PEOPLE = `${PERSON} ORDER BY u.login LIMIT 10000`;
