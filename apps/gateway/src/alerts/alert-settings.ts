import type { AlertSettings } from '#libs/contracts';
import type pg from 'pg';

type Shown = Pick<AlertSettings, 'limits' | 'takeoverMinutes'>;

/** What holds where an installation has set nothing. */
const DEFAULTS: Shown = {
  limits: {
    critical: { respond: 5, resolve: 60 },
    serious: { respond: 15, resolve: 240 },
    warning: { respond: 60, resolve: 1_440 },
    information: { respond: 1_440, resolve: 7_200 },
  },
  takeoverMinutes: 15,
};

/** What of the settings the gateway itself needs. */
export async function alertSettings(pool: pg.Pool): Promise<Shown> {
  const { rows } = await pool.query<{ name: string; value: unknown }>(
    'SELECT name, value FROM alert_setting WHERE name = ANY($1)',
    [Object.keys(DEFAULTS)],
  );
  return { ...DEFAULTS, ...(Object.fromEntries(rows.map(({ name, value }) => [name, value])) as Partial<Shown>) };
}
