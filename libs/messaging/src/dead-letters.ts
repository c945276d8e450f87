import type { Database, Transaction } from '#libs/database';
import { newId } from '#libs/kernel';
import { z } from 'zod';
import type { Envelope } from './envelope.js';
import { FORGET_FAILURE } from './failures.js';
import { appendToOutbox } from './outbox.js';
import type { Relay } from './relay.js';

/** A message that failed all its attempts in one module. */
export const DeadLetter = z
  .object({
    id: z.uuid(),
    queue: z.string().meta({ examples: ['notifications'], description: 'The module that could not handle it.' }),
    message: z.string().meta({ examples: ['notifications.send-notification'] }),
    messageId: z.uuid().meta({ description: 'An event that failed in two modules has two dead letters.' }),
    payload: z.unknown(),
    error: z.string().meta({ examples: ['AppError: The mail server refused it: 550 No such mailbox.'] }),
    attempts: z.int().meta({ examples: [1] }),
    parkedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter' });
export type DeadLetter = z.infer<typeof DeadLetter>;

interface Row {
  id: string;
  message: string;
  envelope: Envelope;
  error: string;
  attempts: number;
  parked_at: Date;
}

/**
 * Parks a message that failed all its attempts. Its inbox entry goes in too, so a resend is only acknowledged; where
 * there is one already, the message took effect or is parked, and nothing is to be done.
 */
export async function park(database: Database, envelope: Envelope, error: unknown, attempts: number): Promise<void> {
  await database.query(
    `WITH entered AS (
       INSERT INTO "${database.module}".inbox (message_id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING message_id
     )
     INSERT INTO "${database.module}".dead_letters (id, message, envelope, error, attempts)
     SELECT $2::uuid, $3, $4::json, $5, $6::integer FROM entered`,
    [envelope.id, newId(), envelope.name, JSON.stringify(envelope), describe(error), attempts],
  );
}

/** Newest first; `after` is the id of the last one seen. */
export async function listDeadLetters(
  database: Database,
  { message, after, limit }: { message?: string; after?: string; limit: number },
): Promise<DeadLetter[]> {
  const rows = await database.query<Row>(
    `SELECT * FROM "${database.module}".dead_letters
     WHERE ($1::text IS NULL OR message = $1) AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
    [message ?? null, after ?? null, limit],
  );
  return rows.map((row) => deadLetterOf(database.module, row));
}

/** Sends a parked message once more, with a full set of attempts. Answers it as it was, or null. */
export async function replay(database: Database, relay: Relay, id: string, request = newId()) {
  const { module } = database;
  return end(database, id, request, async (tx, { envelope }) => {
    await tx.query(`DELETE FROM "${module}".inbox WHERE message_id = $1`, [envelope.id]);
    await tx.query(FORGET_FAILURE(module), [envelope.id]);
    const entry = { envelope: { ...envelope, from: module }, subscribers: [module], delayMs: 0 };
    await appendToOutbox(tx, module, [entry]);
    tx.afterCommit(() => relay.relay(database, [entry]));
  });
}

/** Deletes a dead letter: its message will never take effect. Answers it as it was, or null. */
export async function discard(database: Database, id: string, request = newId()) {
  return end(database, id, request, async () => undefined); // its inbox entry stays, so a late resend does not bring it back
}

/** Ends a dead letter. The same request, should it arrive again, gets the same answer and does nothing. */
async function end(
  database: Database,
  id: string,
  request: string,
  work: (tx: Transaction, row: Row) => Promise<void>,
): Promise<DeadLetter | null> {
  const { module } = database;
  return database.transaction(async (tx) => {
    const [row] = await tx.query<Row>(`DELETE FROM "${module}".dead_letters WHERE id = $1 RETURNING *`, [id]);
    if (!row) {
      const ended = `SELECT letter FROM "${module}".ended_letters WHERE id = $1 AND request = $2`;
      const [repeated] = await tx.query<{ letter: DeadLetter }>(ended, [id, request]);
      return repeated?.letter ?? null;
    }
    const letter = deadLetterOf(module, row);
    const values = [id, request, JSON.stringify(letter)];
    await tx.query(
      `INSERT INTO "${module}".ended_letters (id, request, letter) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET request = $2, letter = $3, ended_at = now()`,
      values,
    );
    await work(tx, row);
    return letter;
  });
}

function deadLetterOf(queue: string, row: Row): DeadLetter {
  return {
    id: row.id,
    queue,
    message: row.message,
    messageId: row.envelope.id,
    payload: row.envelope.payload,
    error: row.error,
    attempts: row.attempts,
    parkedAt: row.parked_at.toISOString(),
  };
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2_000);
}
