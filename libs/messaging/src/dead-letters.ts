import type { Database, Transaction } from '#libs/database';
import { notFound } from '#libs/kernel';
import type { Envelope } from './envelope.js';
import { appendToOutbox, type OutboxEntry } from './outbox.js';

export interface DeadLetter {
  id: string;
  queue: string;
  message: string;
  payload: unknown;
  error: string;
  attempts: number;
  parkedAt: string;
}

interface Row {
  id: string;
  message: string;
  envelope: Envelope;
  error: string;
  attempts: number;
  parked_at: Date;
}

const ABSENT = () => notFound('dead-letters.not-found', 'Dead letter not found');

/** Parks a message that failed all its attempts. Its inbox entry goes in too, so a resend is only acknowledged. */
export async function park(database: Database, envelope: Envelope, error: unknown, attempts: number): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query(`INSERT INTO "${database.module}".inbox (message_id) VALUES ($1) ON CONFLICT DO NOTHING`, [
      envelope.id,
    ]);
    await tx.query(
      `INSERT INTO "${database.module}".dead_letters (id, message, envelope, error, attempts)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
      [envelope.id, envelope.name, JSON.stringify(envelope), describe(error), attempts],
    );
  });
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
  return rows.map((row) => ({
    id: row.id,
    queue: database.module,
    message: row.message,
    payload: row.envelope.payload,
    error: row.error,
    attempts: row.attempts,
    parkedAt: row.parked_at.toISOString(),
  }));
}

/** Sends a parked message once more, with a full set of attempts. Answers the outbox entry to relay after the commit. */
export async function replay(tx: Transaction, module: string, id: string): Promise<OutboxEntry> {
  const [row] = await tx.query<Row>(`DELETE FROM "${module}".dead_letters WHERE id = $1 RETURNING *`, [id]);
  if (!row) throw ABSENT();
  await tx.query(`DELETE FROM "${module}".inbox WHERE message_id = $1`, [id]);
  const entry = { envelope: { ...row.envelope, from: module }, subscribers: [module], delayMs: 0 };
  await appendToOutbox(tx, module, [entry]);
  return entry;
}

export async function discard(tx: Transaction, module: string, id: string): Promise<void> {
  const rows = await tx.query(`DELETE FROM "${module}".dead_letters WHERE id = $1 RETURNING 1`, [id]);
  if (rows.length === 0) throw ABSENT();
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 2_000);
}
