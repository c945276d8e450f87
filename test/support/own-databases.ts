import { randomBytes } from 'node:crypto';
import { settingOf } from '#libs/config';
import pg from 'pg';

/**
 * A database and a role of its own for each module, on one server: answers the settings `<MODULE>_DATABASE_URL`. Each role
 * may do as it likes in its own database and may not enter another one.
 */
export async function ownDatabases(adminUrl: string, modules: readonly string[]): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  const settings: Record<string, string> = {};
  try {
    for (const module of modules) {
      const password = randomBytes(12).toString('hex');
      await client.query(`CREATE ROLE ${module} LOGIN PASSWORD '${password}'`);
      await client.query(`CREATE DATABASE ${module} OWNER ${module}`);
      await client.query(`REVOKE ALL ON DATABASE ${module} FROM PUBLIC`);
      const url = new URL(adminUrl);
      Object.assign(url, { username: module, password, pathname: `/${module}` });
      settings[settingOf(module, 'DATABASE_URL')] = url.toString();
    }
  } finally {
    await client.end();
  }
  return settings;
}
