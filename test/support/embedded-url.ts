import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The superuser's URL of the Postgres that a running server keeps in its data directory. */
export function embeddedUrl(dataDir: string): string {
  const port = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[3];
  const password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${port}/floodgate`;
}
