import type { Database } from '#libs/database';
import type { Envelope } from './envelope.js';

/** Where a reader of a module's log stands; "0/0" is the beginning. */
export type LogCursor = string;

/**
 * Reads a module's kept outbox rows as an event log, in the order of their transactions. A serial id is no safe cursor,
 * since transactions commit out of order; so the log ends below the oldest one still running (xmin of the snapshot), and
 * a row that commits late is never skipped. Delivery does not wait for this.
 */
export async function readEventLog(
  database: Database,
  after: LogCursor,
  limit: number,
): Promise<{ envelopes: Envelope[]; cursor: LogCursor }> {
  const [transaction, position] = after.split('/');
  const rows = await database.query<Omit<Envelope, 'from'> & { transaction: string; position: string }>(
    `SELECT id, name, version, payload, traceparent, transaction::text, position::text FROM "${database.module}".outbox
     WHERE (transaction, position) > ($1::xid8, $2::bigint) AND transaction < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY transaction, position LIMIT $3`,
    [transaction, position, limit],
  );
  const last = rows.at(-1);
  return {
    envelopes: rows.map(({ transaction: _, position: __, ...row }) => ({ ...row, from: database.module })),
    cursor: last ? `${last.transaction}/${last.position}` : after,
  };
}
