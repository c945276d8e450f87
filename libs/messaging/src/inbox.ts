import type { Database, Transaction } from '#libs/database';

/** Longer than any resend can be late. Effects have natural keys besides, so a still later duplicate is harmless. */
const KEPT = '7 days';

/**
 * Enters message ids into the inbox, in the transaction of their effect, and answers the ones that are new. A duplicate
 * that another transaction is handling right now waits here for its outcome.
 */
export async function enterInbox(tx: Transaction, schema: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ message_id: string }>(
    `INSERT INTO "${schema}".inbox (message_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING message_id`,
    [[...ids].sort()], // one order for all, so that two batches never wait for each other in a circle
  );
  return new Set(rows.map((row) => row.message_id));
}

/** Which of these have taken effect already. */
export async function inboxHas(database: Database, ids: readonly string[]): Promise<Set<string>> {
  const rows = await database.query<{ message_id: string }>(
    `SELECT message_id FROM "${database.module}".inbox WHERE message_id = ANY($1)`,
    [ids],
  );
  return new Set(rows.map((row) => row.message_id));
}

/** Deletes a batch of what is past its retention; true while there may be more. */
export async function forgetOldMessages(database: Database, limit = 5_000): Promise<boolean> {
  const deleted = await database.query(
    `DELETE FROM "${database.module}".inbox WHERE message_id IN (
       SELECT message_id FROM "${database.module}".inbox WHERE handled_at < now() - interval '${KEPT}' LIMIT $1
     ) RETURNING 1`,
    [limit],
  );
  return deleted.length === limit;
}
