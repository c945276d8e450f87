import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEVELOPMENT_SECRET, type Settings } from '#libs/config';

/** What an embedded start fills in: secrets of its own, kept in DATA_DIR with mode 600, and the test payment method. */
export function embeddedSettings(settings: Settings, databaseUrl: string): Settings {
  return {
    ...settings,
    DATABASE_URL: databaseUrl,
    PAYMENTS_TEST: settings.PAYMENTS_TEST ?? true,
    ADMIN_API_KEY: settings.ADMIN_API_KEY ?? keptSecret(settings.DATA_DIR, 'admin.key'),
    SECRET: settings.SECRET.includes(DEVELOPMENT_SECRET)
      ? [keptSecret(settings.DATA_DIR, 'secret.key')]
      : settings.SECRET,
  };
}

/** The secret in the file, made at the first time; whole or absent, even if we are killed in between. */
function keptSecret(dataDir: string, name: string): string {
  const file = join(dataDir, name);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
