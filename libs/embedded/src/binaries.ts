import { codeOf, EmbeddedPostgresError, reasonOf } from './embedded-postgres-error.js';

export interface Binaries {
  postgres: string;
  initdb: string;
  pgCtl: string;
}

const systems: Record<string, string> = { win32: 'windows' };

/** Paths of the binaries that npm installed for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${systems[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const paths = (await import(name)) as { postgres: string; initdb: string; pg_ctl: string };
    return { postgres: paths.postgres, initdb: paths.initdb, pgCtl: paths.pg_ctl };
  } catch (error) {
    const absent = codeOf(error) === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : `cannot be loaded`;
    throw new EmbeddedPostgresError(
      `The embedded Postgres ${name} ${absent} (${reasonOf(error)}). Run "npm install" without --omit=optional, or set DATABASE_URL to a Postgres of yours.`,
      error,
    );
  }
}
