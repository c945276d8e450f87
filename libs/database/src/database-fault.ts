import { isUntrustedCertificate } from '#libs/kernel';

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
    const [own, shared] = [`${module.toUpperCase()}_${setting}`, 'DATABASE_URL where that is not set'];
    return new DatabaseFault(
      `${module}: its database does not work: ${reason} (${username}@${host}${pathname}). ` +
        (isUntrustedCertificate(cause)
          ? `Add sslmode=verify-full&sslrootcert=/path/of/ca.crt to ${own}, or to ${shared}, ` +
            'or name the CA by NODE_EXTRA_CA_CERTS; sslmode=no-verify encrypts and trusts anyone.'
          : `Correct ${own}, or ${shared}.`),
      cause,
    );
  }

  static pooledQueues(url: string): DatabaseFault {
    const { host, pathname } = new URL(url);
    return new DatabaseFault(
      `queues: ${host}${pathname} is a pooler in transaction mode, and queues in Postgres listen on a session of their ` +
        'own. Set MESSAGING_DATABASE_URL to Postgres itself, or REDIS_URL.',
    );
  }

  static notMigrated(module: string, pending: readonly string[] = []): DatabaseFault {
    if (pending.length === 0) {
      return new DatabaseFault(
        `${module}: its role may still not see which migrations are applied. Run npm run migrate as the owner of the schema, which grants it.`,
      );
    }
    return new DatabaseFault(
      `${module}: ${pending.length} migrations are pending (${pending.join(', ')}), and nobody has applied them in time. ` +
        'Run npm run migrate, or set MIGRATE_AT_BOOT=true.',
    );
  }

  static pooled(module: string, url: string): DatabaseFault {
    const { host, pathname } = new URL(url);
    return new DatabaseFault(
      `${module}: ${host}${pathname} is a pooler in transaction mode, which no migration may go through. ` +
        `Set DIRECT_URL (or ${module.toUpperCase()}_DIRECT_URL) to Postgres itself, as the role that owns the schema.`,
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
