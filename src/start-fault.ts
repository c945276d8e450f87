import { type Settings, SettingsError } from '#libs/config';
import { isInfrastructureError, sqlState } from '#libs/database';
import { EmbeddedPostgresError } from '#libs/embedded';

/** Why the start failed and what to do, in a line or a short list, where it is something a person can mend. */
export function startFault(error: unknown, settings: Settings | undefined): string {
  if (error instanceof SettingsError || error instanceof EmbeddedPostgresError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `Port ${settings?.PORT} is taken. Stop what listens there, or start with another PORT.`;
  if (code === 'EACCES' && settings)
    return `Port ${settings.PORT} may not be used by this user. Start with another PORT.`;
  if (settings?.DATABASE_URL && (isInfrastructureError(error) || isRefusal(error))) {
    const { username, host, pathname } = new URL(settings.DATABASE_URL);
    return `DATABASE_URL does not work: ${reason(error)} (${username}@${host}${pathname}). Correct it, or unset it to use the embedded Postgres.`;
  }
  if (settings?.REDIS_URL && /redis|ECONNREFUSED|ENOTFOUND|WRONGPASS|NOAUTH/i.test(message)) {
    return `REDIS_URL does not work: ${message} (${new URL(settings.REDIS_URL).host}). Correct it, or unset it to keep queues in Postgres.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Authentication (28), unknown database (3D), no right to create a schema (42501). */
function isRefusal(error: unknown): boolean {
  return /^(28|3D)|^42501$/.test(sqlState(error) ?? '');
}

function reason(error: unknown): string {
  const { errors, message } = error as AggregateError;
  return message || (errors as Error[] | undefined)?.[0]?.message || String(error);
}
