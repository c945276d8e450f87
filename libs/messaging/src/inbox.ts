import type { Database, Transaction } from '#libs/database';

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
