import type { Database, Transaction } from '#libs/database';
import type { Delivery, Envelope } from './envelope.js';

/** A row not relayed by then was left by a process that died between commit and relay. */
const SWEPT_AFTER_MS = 2_000;
/** An unacknowledged message is sent again after this long, then after twice as long, and so on. */
const RESENT_AFTER_SECONDS = 10;
const RESENT_AT_LEAST_EVERY_SECONDS = 300;

export interface OutboxEntry {
  envelope: Envelope;
  subscribers: readonly string[];
  /** Not to be delivered before. */
  delayMs: number;
}

export interface DueJob {
  subscriber: string;
  jobId: string;
  envelopes: Envelope[];
}

/** Writes messages into the transaction of the change they tell of: both are there, or neither. */
export async function appendToOutbox(tx: Transaction, schema: string, entries: readonly OutboxEntry[]): Promise<void> {
  const messages = entries.map(({ envelope, subscribers, delayMs }) => ({
    ...envelope,
    subscribers,
    delay_ms: Math.max(delayMs, SWEPT_AFTER_MS),
  }));
  await tx.query(
    `WITH sent AS (
       SELECT * FROM json_to_recordset($1::json) AS m (id uuid, name text, version smallint, payload json,
         traceparent text, subscribers json, delay_ms integer)
     ), logged AS (
       INSERT INTO "${schema}".outbox (id, name, version, payload, traceparent)
       SELECT id, name, version, payload, traceparent FROM sent ON CONFLICT (id) DO NOTHING
     )
     INSERT INTO "${schema}".deliveries (message_id, subscriber, due_at)
     SELECT id, subscriber, now() + delay_ms * interval '1 millisecond'
     FROM sent, json_array_elements_text(subscribers) AS subscriber ON CONFLICT DO NOTHING`,
    [JSON.stringify(messages)],
  );
}

/** Notes that a job carries these messages, so that they are sent again only if it comes to nothing. */
export async function markRelayed(database: Database, marks: readonly { delivery: Delivery; jobId: string }[]) {
  await database.query(
    `UPDATE "${database.module}".deliveries d
     SET job_id = m.job_id, sends = 1, due_at = now() + interval '${RESENT_AFTER_SECONDS} seconds'
     FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS m (message_id, subscriber, job_id)
     WHERE d.message_id = m.message_id AND d.subscriber = m.subscriber AND d.sends = 0`,
    [
      marks.map((mark) => mark.delivery.envelope.id),
      marks.map((mark) => mark.delivery.subscriber),
      marks.map((mark) => mark.jobId),
    ],
  );
}

/**
 * Takes up to `limit` deliveries that are due and moves their next turn away, doubling the distance each time. Those of
 * subscribers that this process does not know, such as a newer release's, are left for one that does.
 */
export async function claimDue(
  database: Database,
  { freshJobId, limit, subscribers }: { freshJobId: string; limit: number; subscribers: readonly string[] },
): Promise<DueJob[]> {
  const rows = await database.query<Omit<Envelope, 'from'> & { subscriber: string; job_id: string }>(
    `WITH due AS (
       SELECT message_id, subscriber FROM "${database.module}".deliveries
       WHERE due_at <= now() AND subscriber = ANY($3) ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
     ), claimed AS (
       UPDATE "${database.module}".deliveries d
       SET sends = least(d.sends + 1, 20),
           job_id = coalesce(d.job_id, md5($1 || d.subscriber)::uuid),
           due_at = now() + least(${RESENT_AFTER_SECONDS} * 2 ^ d.sends, ${RESENT_AT_LEAST_EVERY_SECONDS}) * interval '1 second'
       FROM due WHERE d.message_id = due.message_id AND d.subscriber = due.subscriber
       RETURNING d.message_id, d.subscriber, d.job_id
     )
     SELECT o.id, o.name, o.version, o.payload, o.traceparent, c.subscriber, c.job_id
     FROM claimed c JOIN "${database.module}".outbox o ON o.id = c.message_id ORDER BY o.position`,
    [freshJobId, limit, subscribers],
  );
  const jobs = new Map<string, DueJob>();
  for (const { subscriber, job_id: jobId, ...envelope } of rows) {
    const job = jobs.get(jobId) ?? { subscriber, jobId, envelopes: [] };
    job.envelopes.push({ ...envelope, from: database.module });
    jobs.set(jobId, job);
  }
  return [...jobs.values()];
}

/** Gives claims back that came to nothing, as though they had not been made: the wait does not grow while a broker is away. */
export async function unclaim(database: Database, jobs: readonly DueJob[]): Promise<void> {
  const unsent = jobs.flatMap(({ subscriber, envelopes }) => envelopes.map(({ id }) => ({ id, subscriber })));
  await database.query(
    `UPDATE "${database.module}".deliveries d SET sends = greatest(d.sends - 1, 0), due_at = now()
     FROM unnest($1::uuid[], $2::text[]) AS u (message_id, subscriber)
     WHERE d.message_id = u.message_id AND d.subscriber = u.subscriber`,
    [unsent.map(({ id }) => id), unsent.map(({ subscriber }) => subscriber)],
  );
}

/** Seconds that the delivery which is due longest has been due; 0 where none is. */
export async function oldestDue(database: Database): Promise<number> {
  const [row] = await database.query<{ seconds: number }>(
    `SELECT greatest(0, extract(epoch FROM now() - min(due_at)))::float8 AS seconds FROM "${database.module}".deliveries`,
  );
  return row?.seconds ?? 0;
}

/** The subscriber has handled or parked these messages: they are not sent again. */
export async function acknowledge(database: Database, subscriber: string, messageIds: readonly string[]) {
  await database.query(`DELETE FROM "${database.module}".deliveries WHERE message_id = ANY($1) AND subscriber = $2`, [
    messageIds,
    subscriber,
  ]);
}
