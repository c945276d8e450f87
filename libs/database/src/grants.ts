interface Queryable {
  query(sql: string): Promise<unknown>;
}

/**
 * Gives a role what a process needs in a schema, in what is there and in what its owner will add: rows, sequences,
 * functions, never DDL. Nobody else gets in. Tables named by `but` may only be read.
 */
export async function grantAll(
  db: Queryable,
  schema: string,
  name: string,
  { but = [] }: { but?: readonly string[] } = {},
): Promise<void> {
  const at = quoted(schema);
  await db.query(`REVOKE ALL ON SCHEMA ${at} FROM PUBLIC`);
  const role = quoted(name);
  const later = `ALTER DEFAULT PRIVILEGES IN SCHEMA ${at} GRANT`;
  await db.query(`
      GRANT USAGE ON SCHEMA ${at} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${at} TO ${role};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${at} TO ${role};
      GRANT EXECUTE ON ALL ROUTINES IN SCHEMA ${at} TO ${role};
      ${later} SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role};
      ${later} USAGE ON SEQUENCES TO ${role};
      ${later} EXECUTE ON ROUTINES TO ${role}`);
  for (const table of but) await db.query(`REVOKE INSERT, UPDATE, DELETE ON ${at}.${quoted(table)} FROM ${role}`);
}

/** As a name in SQL, whatever it holds. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
