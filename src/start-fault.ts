import { type Settings, SettingsError } from '#libs/config';
import { DatabaseFault } from '#libs/database';
import { EmbeddedPostgresError } from '#libs/embedded';
import { RedisFault } from '#libs/redis';
import { FleetFault } from './fleet.js';

/** Their messages are made to be read. */
const FAULTS = [SettingsError, EmbeddedPostgresError, DatabaseFault, RedisFault, FleetFault];

/** Why the start failed and what to do, in a line or a short list, where it is something a person can mend. */
export function startFault(error: unknown, settings: Settings | undefined): string {
  if (FAULTS.some((fault) => error instanceof fault)) return (error as Error).message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${settings?.PORT} is taken. Stop what listens there, or start with another PORT.`;
  if (code === 'EACCES' && settings)
    return `Port ${settings.PORT} may not be used by this user. Start with another PORT.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
