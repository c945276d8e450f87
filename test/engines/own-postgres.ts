import pg from 'pg';
import { Ground } from '../support/ground.js';

/** A Postgres server for one spec, with as many empty databases as it asks for. */
export async function startPostgres() {
  const ground = await Ground.open();
  let count = 0;
  return {
    /** An empty database; answers the superuser's URL of it. */
    async database(): Promise<string> {
      const name = `shop${(count += 1)}`;
      await query(ground.databaseUrl, `CREATE DATABASE ${name}`);
      return urlOf(ground.databaseUrl, { database: name });
    },
    stop: () => ground.close(),
  };
}

export async function query<Row extends pg.QueryResultRow>(connectionString: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The same server, with another role or database, or by another port. */
export function urlOf(
  url: string,
  { role, database, port }: { role?: string; database?: string; port?: number },
): string {
  const changed = new URL(url);
  if (role) Object.assign(changed, { username: role, password: `${role}-password` });
  if (database) changed.pathname = database;
  if (port) changed.port = String(port);
  return changed.href;
}
