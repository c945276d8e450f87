import type { Database } from '#libs/database';

export interface Failure {
  /** Attempts that have failed, this one included. */
  attempts: number;
  /** When it comes again, in ms from now. */
  retryAfterMs: number;
}

/**
 * Counts a message's own failure and decides when it comes again: `backoffMs`, doubled for each attempt, `longestMs` at
 * most. Undefined where a retry is scheduled already: then this was a resend, and two chains of retries would use up the
 * attempts twice as fast. Kept in the subscriber's schema, so that no broker can forget it.
 */
export async function countFailure(
  database: Database,
  messageId: string,
  { backoffMs, longestMs }: { backoffMs: number; longestMs: number },
): Promise<Failure | undefined> {
  // A tenth early, so that a retry whose clock is a little fast is not taken for a resend.
  const [row] = await database.query<{ attempts: number; wait_ms: number }>(
    `INSERT INTO "${database.module}".failures AS f (message_id, attempts, wait_ms, retry_at)
     VALUES ($1, 1, $2::integer, now() + 0.9 * $2::integer * interval '1 millisecond')
     ON CONFLICT (message_id) DO UPDATE SET
       attempts = f.attempts + 1,
       wait_ms = least(f.wait_ms * 2, $3::integer),
       retry_at = now() + 0.9 * least(f.wait_ms * 2, $3::integer) * interval '1 millisecond'
     WHERE f.retry_at <= now() RETURNING attempts, wait_ms`,
    [messageId, backoffMs, longestMs],
  );
  return row && { attempts: row.attempts, retryAfterMs: row.wait_ms };
}

/** A replayed message starts with a full set of attempts. */
export const FORGET_FAILURE = (module: string) => `DELETE FROM "${module}".failures WHERE message_id = $1`;
