import type pg from 'pg';

/** Each gives what is wrong, one sentence a row. */
const CHECKS = [
  // One decision: its key is the table's own; what can go wrong is a decision without a message, or a message without one.
  `SELECT 'change ' || i.change_seq || ' is told to ' || i.recipient || ' by ' || i.channel || ' in a message that is not there' AS what
   FROM notification_item i WHERE NOT EXISTS (SELECT FROM notification n WHERE n.id = i.notification_id)`,
  `SELECT 'message ' || n.id || ' is about no change of an alert' AS what FROM notification n
   WHERE n.kind IN ('alert', 'reminder', 'escalation', 'assigned', 'untold', 'resolved', 'digest')
     AND NOT EXISTS (SELECT FROM notification_item i WHERE i.notification_id = n.id)`,
  `SELECT 'change ' || i.change_seq || ' is told and not in the history' AS what FROM notification_item i
   WHERE NOT EXISTS (SELECT FROM alert_change c WHERE c.seq = i.change_seq)`,
  // What rules remember and what is open are the same.
  `SELECT 'rule ' || s.rule || ' fires for ' || s.key || ' without an open alert' AS what FROM rule_state s
   WHERE s.phase IN ('firing', 'ending') AND NOT EXISTS (
     SELECT FROM alert a WHERE a.id = s.alert_id AND a.rule = s.rule AND a.key = s.key AND a.ended_at IS NULL)`,
  `SELECT 'alert ' || a.id || ' is open and its rule ' || a.rule || ' does not fire' AS what FROM alert a
   WHERE a.origin = 'rule' AND a.ended_at IS NULL AND NOT EXISTS (
     SELECT FROM rule_state s WHERE s.rule = a.rule AND s.key = a.key AND s.alert_id = a.id AND s.phase IN ('firing', 'ending'))`,
  // The history tells how each alert came to be where it is.
  `SELECT 'alert ' || a.id || ' began ' || coalesce(c.n, 0) || ' times' AS what FROM alert a
   LEFT JOIN (SELECT alert_id, count(*) AS n FROM alert_change WHERE kind = 'fired' GROUP BY 1) c ON c.alert_id = a.id
   WHERE c.n IS DISTINCT FROM 1`,
  `SELECT 'alert ' || a.id || ' is ' || a.state || ' and nothing in its history says so' AS what FROM alert a
   CROSS JOIN LATERAL (SELECT
     CASE c.kind WHEN 'fired' THEN 'firing' WHEN 'reopened' THEN 'firing' WHEN 'started' THEN 'in-progress' WHEN 'ended' THEN 'resolved'
       ELSE c.kind END AS state
     FROM alert_change c WHERE c.alert_id = a.id AND (c.kind IN ('fired', 'reopened', 'acknowledged', 'started', 'resolved', 'closed')
       OR (c.kind = 'ended' AND a.closed_at IS NULL)) ORDER BY c.seq DESC LIMIT 1) h
   WHERE h.state <> a.state`,
];

/** Proves invariant 5, and that alerts, their rules' states and their history agree. Gives what is wrong, 20 of each kind. */
export async function checkAlerts(client: pg.ClientBase): Promise<string[]> {
  const found: string[] = [];
  for (const check of CHECKS) {
    const { rows } = await client.query<{ what: string }>(
      // Asked for 20 rows the planner would bet on finding them soon; there should be none.
      `WITH wrong AS MATERIALIZED (${check}) SELECT what FROM wrong LIMIT 20`,
    );
    found.push(...rows.map(({ what }) => what));
  }
  return found;
}
