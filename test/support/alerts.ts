import { randomUUID } from 'node:crypto';
import type { AlertLine, Rule } from '../../libs/contracts/index.js';
import type { TestDatabase } from './database.js';

/** An alert put into the database as the engine would, with the change that made it. Returns its id. */
export async function putAlert(
  database: Pick<TestDatabase, 'query'>,
  alert: Partial<AlertLine> & { ruleThen?: Rule; steps?: string[] } = {},
): Promise<string> {
  const id = alert.id ?? randomUUID();
  const at = new Date(alert.firedAt ?? Date.now());
  await database.query(
    `INSERT INTO alert (id, origin, rule, key, sector, unit, severity, state, title, place, lon, lat, value, limit_value, format, since,
       fired_at, asked_at, acknowledged_by, acknowledged_at, assignee, muted, rule_then, steps, resolved_at, ended_at, simulated, partly_simulated)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, $18, $19, $20, $21, $22, $23, $24, $24, $25, $26)`,
    [
      id,
      alert.origin ?? 'rule',
      alert.rule ?? alert.ruleThen?.id ?? null,
      alert.key ?? id,
      alert.sector ?? null,
      alert.unit ?? null,
      alert.severity ?? 'serious',
      alert.state ?? 'firing',
      JSON.stringify(alert.title ?? { vi: 'Độ mặn vượt ngưỡng', en: 'Salinity above its limit' }),
      alert.place ? JSON.stringify(alert.place) : null,
      alert.lon ?? null,
      alert.lat ?? null,
      alert.value ?? null,
      alert.limit ?? null,
      alert.format ? JSON.stringify(alert.format) : null,
      new Date(alert.since ?? at),
      at,
      alert.acknowledgedBy ?? null,
      alert.acknowledgedAt ? new Date(alert.acknowledgedAt) : null,
      alert.assignee ?? null,
      alert.muted ? JSON.stringify(alert.muted) : null,
      alert.ruleThen ? JSON.stringify(alert.ruleThen) : null,
      JSON.stringify((alert.steps ?? []).map((text) => ({ text: { vi: text, en: text }, by: null, at: null }))),
      alert.state === 'resolved' || alert.state === 'closed' ? at : null,
      Boolean(alert.simulated),
      alert.simulated === 'partly',
    ],
  );
  await database.query(`INSERT INTO alert_change (alert_id, at, actor, kind) VALUES ($1, $2, 'system', 'fired')`, [
    id,
    at,
  ]);
  return id;
}
