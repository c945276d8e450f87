import type { Database } from '#libs/database';

/** Longer than any resend can be late. Effects have natural keys besides, so a still later duplicate is harmless. */
const KEPT = '7 days';
const AT_ONCE = 5_000;

/** Deletes old inbox entries, failures, ended dead letters and acknowledged outbox rows, in batches, until there are no more or the signal comes. */
export async function forgetOldMessages(database: Database, signal: AbortSignal): Promise<void> {
  const { module } = database;
  const inbox = `SELECT message_id FROM "${module}".inbox WHERE handled_at < now() - interval '${KEPT}' LIMIT ${AT_ONCE}`;
  const outbox = `SELECT id FROM "${module}".outbox o WHERE created_at < now() - interval '${KEPT}' AND NOT EXISTS
    (SELECT 1 FROM "${module}".deliveries d WHERE d.message_id = o.id) LIMIT ${AT_ONCE}`;
  const failures = `SELECT message_id FROM "${module}".failures WHERE retry_at < now() - interval '${KEPT}' LIMIT ${AT_ONCE}`;
  const letters = `SELECT id FROM "${module}".ended_letters WHERE ended_at < now() - interval '${KEPT}' LIMIT ${AT_ONCE}`;
  for (const statement of [
    `DELETE FROM "${module}".failures WHERE message_id IN (${failures}) RETURNING 1`,
    `DELETE FROM "${module}".inbox WHERE message_id IN (${inbox}) RETURNING 1`,
    `DELETE FROM "${module}".outbox WHERE id IN (${outbox}) RETURNING 1`,
    `DELETE FROM "${module}".ended_letters WHERE id IN (${letters}) RETURNING 1`,
  ]) {
    while (!signal.aborted && (await database.query(statement)).length === AT_ONCE);
  }
}
