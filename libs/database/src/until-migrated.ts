import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseFault } from './database-fault.js';

/** The Job that migrates may run for as long; the startup probe of a pod waits for longer. */
const MIGRATED_WITHIN_MS = 900_000;

/** Waits until another process has applied what is pending. Throws DatabaseFault where none has after 15 minutes. */
export async function untilMigrated(module: string, findPending: () => Promise<string[] | undefined>): Promise<void> {
  const end = Date.now() + MIGRATED_WITHIN_MS;
  for (;;) {
    const pending = await findPending();
    if (pending?.length === 0) return;
    if (Date.now() > end) throw DatabaseFault.notMigrated(module, pending);
    await sleep(1_000);
  }
}
