import type { Database } from './database.js';

const AT_ONCE = 2_000;

/**
 * SQL: the least UUIDv7 of a moment. Ids carry their time, so a table whose key is one is read by age through its
 * primary key, and needs no index of its own for it. (A BRIN index does not do: pages that were emptied are used again,
 * so after the first round every range of it has rows of every age.)
 */
export function idAt(moment: string): string {
  return `(lpad(to_hex((extract(epoch FROM ${moment}) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`;
}

/** SQL: true for ids older than this, such as `7 days`. */
export const olderThan = (column: string, age: string) => `${column} < ${idAt(`now() - interval '${age}'`)}`;

interface Forgotten {
  /** With its schema. */
  table: string;
  /** Columns of an index by which the condition is read, the oldest first. */
  key: string;
  where: string;
}

/** Deletes in small transactions, oldest first, until nothing is left or the signal comes. */
export async function forget(database: Database, { table, key, where }: Forgotten, signal: AbortSignal): Promise<void> {
  let deleted: unknown[];
  do {
    deleted = await database.query(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM ${table} WHERE ${where} ORDER BY ${key} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED
       )) RETURNING 1`,
    );
  } while (deleted.length === AT_ONCE && !signal.aborted);
}
