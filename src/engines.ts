import { isEmbedded, type Settings } from '#libs/config';
import { embeddedSettings, startEmbeddedPostgres } from '#libs/embedded';
import { openQueueEngine, type QueueEngine } from '#libs/messaging';

/** What a process runs on, opened before the modules and closed after them. */
export interface Engines {
  settings: Settings;
  /** For the messaging of this process, whose drain closes it; closed under a worker, the worker spins. */
  queue: QueueEngine;
  /** Ends what would outlive the process. */
  close(): Promise<void>;
}

/** Opens the servers the settings name; without DATABASE_URL starts the embedded Postgres. */
export async function openEngines(settings: Settings): Promise<Engines> {
  if (!isEmbedded(settings)) {
    const queue = await openQueueEngine(settings);
    return { settings, queue, close: async () => undefined };
  }
  const postgres = await startEmbeddedPostgres({ dataDir: settings.DATA_DIR });
  try {
    const embedded = embeddedSettings(settings, postgres.url);
    const queue = await openQueueEngine(embedded);
    return { settings: embedded, queue, close: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** What a process needs in its environment to run on the engines that this one has opened. */
export function engineEnvironment(settings: Settings): Record<string, string> {
  const { DATABASE_URL, SECRET, ADMIN_API_KEY, PAYMENTS_TEST } = settings;
  const entries = Object.entries({ DATABASE_URL, SECRET, ADMIN_API_KEY, PAYMENTS_TEST });
  const set = entries.filter(([, value]) => value !== undefined);
  // Where it came from a file, that is no second source of it.
  return Object.fromEntries(set.flatMap(([name, value]) => [[name, String(value)], [`${name}_FILE`, '']])); // prettier-ignore
}
