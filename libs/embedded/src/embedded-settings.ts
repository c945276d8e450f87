import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#libs/config';

/**
 * What an embedded start fills in: secrets of its own, kept in DATA_DIR with mode 600, the test
 * payment method, and operations on the API's own port.
 */
export function embeddedSettings(settings: Settings, databaseUrl: string): Settings {
  return {
    ...settings,
    DATABASE_URL: databaseUrl,
    OPS_PORT: settings.OPS_PORT ?? settings.PORT,
    PAYMENTS_TEST: settings.PAYMENTS_TEST ?? true,
    ADMIN_API_KEY: settings.ADMIN_API_KEY ?? keepSecret(settings.DATA_DIR, 'admin.key'),
    SECRET: settings.SECRET.length > 0 ? settings.SECRET : [keepSecret(settings.DATA_DIR, 'secret.key')],
  };
}

/** The secret in the file: what is given, else made at the first time. Whole or absent, even if we are killed in between. */
export function keepSecret(dataDir: string, name: string, given?: string): string {
  const file = join(dataDir, name);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${given || randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  try {
    if (given) renameSync(draft, file);
    else linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
