import { type Database, forget, olderThan } from '#libs/database';

/** Longer than any resend can be late. Effects have natural keys besides, so a still later duplicate is harmless. */
const KEPT = '7 days';

/**
 * Forgets old inbox entries, failures, ended dead letters and acknowledged outbox rows, read by the time in their ids.
 * What was handled late, such as a letter replayed after weeks, is kept for a day from then.
 */
export async function forgetOldMessages(database: Database, signal: AbortSignal): Promise<void> {
  const { module } = database;
  const table = (name: string) => `"${module}".${name}`;
  const old = (key: string) => olderThan(key, KEPT);
  const delivered = `NOT EXISTS (SELECT 1 FROM ${table('deliveries')} d WHERE d.message_id = id)`;
  for (const [name, key, condition] of [
    ['failures', 'message_id', "retry_at < now() - interval '1 day'"],
    ['inbox', 'message_id', "handled_at < now() - interval '1 day'"],
    ['outbox', 'id', delivered],
    ['ended_letters', 'id', "ended_at < now() - interval '1 day'"],
  ] as const) {
    await forget(database, { table: table(name), key, where: `${old(key)} AND ${condition}` }, signal);
  }
}
