/** Its message is one line that says what is wrong with a module's database and what to do: print it as it is. */
export class DatabaseFault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DatabaseFault';
  }

  static away(module: string, url: string, setting: 'DATABASE_URL' | 'DIRECT_URL', cause: unknown): DatabaseFault {
    const { username, host, pathname } = new URL(url);
    const { errors = [], message } = cause as AggregateError;
    const reason = message || (errors as Error[])[0]?.message || String(cause);
    return new DatabaseFault(
      `${module}: its database does not work: ${reason} (${username}@${host}${pathname}). ` +
        `Correct ${module.toUpperCase()}_${setting}, or DATABASE_URL where that is not set.`,
      cause,
    );
  }

  /** `pending` is missing where the role may not even look. */
  static refused(module: string, role: string, pending: readonly string[] | undefined, cause?: unknown): DatabaseFault {
    const advice = `run npm run migrate with ${module.toUpperCase()}_DIRECT_URL as the role that owns the schema.`;
    if (!pending?.length) {
      return new DatabaseFault(`${module}: the role "${role}" may not use or change the schema: ${advice}`, cause);
    }
    const many = pending.length === 1 ? '1 migration is' : `${pending.length} migrations are`;
    return new DatabaseFault(
      `${module}: ${many} pending (${pending.join(', ')}) and the role "${role}" may not apply them: ${advice}`,
      cause,
    );
  }

  static noRole(module: string, role: string, cause: unknown): DatabaseFault {
    return new DatabaseFault(
      `${module}: there is no role "${role}" to grant rights to. Create it (libs/database/README.md has the SQL), ` +
        `or correct ${module.toUpperCase()}_DATABASE_URL.`,
      cause,
    );
  }
}
