import 'reflect-metadata';
import { readSettings, type Settings } from '#libs/config';
import { migrate } from '#libs/database';
import { migrateQueues, schemaOf } from '#libs/messaging';
import { announce, announceFault } from './announce.js';
import { modules } from './modules.js';
import { loadModules } from './placement.js';
import { startFault } from './start-fault.js';

/**
 * Migrates every module's schema, and BullMQ's where queues live in Postgres, each by its <MODULE>_DIRECT_URL; grants each
 * one's role what it needs; says what it did. Can be run at any time, and again.
 */
let settings: Settings | undefined;
try {
  settings = readSettings(process.env, { serves: false });
  for (const type of (await loadModules(modules, { ...settings, MODULES: ['all'] })).keys()) {
    const schema = schemaOf(type);
    if (!schema) continue;
    const url = settings.databaseUrl(schema.module);
    const { applied, granted } = await migrate({ ...schema, url, directUrl: settings.directUrl(schema.module) });
    report(schema.module, applied.join(', '), granted ? [granted] : []);
  }
  if (!settings.REDIS_URL) {
    const { applied, granted } = await migrateQueues(settings);
    report('queues', applied ? 'BullMQ' : '', granted ? [granted] : []);
  }
} catch (error) {
  announceFault(`Floodgate cannot migrate. ${startFault(error, settings)}`);
  process.exitCode = 1;
}

function report(name: string, applied: string, granted: readonly string[]): void {
  const rights = granted.length > 0 ? `; rights granted to ${granted.join(', ')}` : '';
  announce(`${name.padEnd(14)}${applied ? `migrated: ${applied}` : 'up to date'}${rights}`);
}
