import type { Settings } from '#libs/config';
import { embeddedSettings, startEmbeddedPostgres } from '#libs/embedded';
import { openQueueEngine, type QueueEngine } from '#libs/messaging';

/** What a process runs on, opened before the modules and closed after them. */
export interface Engines {
  settings: Settings;
  queue: QueueEngine;
  close(): Promise<void>;
}

/** Opens the servers the settings name; without DATABASE_URL starts the embedded Postgres. */
export async function openEngines(settings: Settings): Promise<Engines> {
  if (settings.DATABASE_URL) {
    const queue = await openQueueEngine(settings);
    return { settings, queue, close: () => queue.close() };
  }
  const postgres = await startEmbeddedPostgres({ dataDir: settings.DATA_DIR });
  try {
    const embedded = embeddedSettings(settings, postgres.url);
    const queue = await openQueueEngine(embedded);
    const close = async () => {
      await queue.close();
      await postgres.stop();
    };
    return { settings: embedded, queue, close };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
