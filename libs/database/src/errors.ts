import { AppError, DeadlineExceeded } from '#libs/kernel';

/** SQLSTATE of a Postgres error, also through TypeORM's QueryFailedError. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The violated constraint's name on a unique, check or foreign key violation. */
export function constraintOf(error: unknown): string | undefined {
  const driver = (error as { driverError?: { constraint?: unknown } } | null)?.driverError ?? error;
  const constraint = (driver as { constraint?: unknown } | null)?.constraint;
  return typeof constraint === 'string' ? constraint : undefined;
}

const CONNECTION_CODES =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;
/** Conflicts that chose us, a server that only reads, and a database that takes no connections (55000) or is not there (3D000). */
const OUTAGE_CODES = ['40001', '40P01', '25006', '55000', '3D000'];
/** TypeORM releases a runner by itself when its connection ends; a Transaction that has ended says so before it would. */
const CONNECTION_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|Connection ended unexpectedly|Driver not Connected|Query runner already released|Connection is closed/i;

/** True where a value is to blame: of no type that the statement takes (22), or against a constraint (23). */
export function isDataError(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}

/** A statement, a transaction or an idle transaction that ran out of time (57014, 25P03, 25P04), and a lock not got (55P03). */
const TIMEOUT_CODES = ['57014', '25P03', '25P04', '55P03'];

/**
 * True where time ran out: somebody holds a lock, the server is slow or silent, or this was too much at once. A batch is
 * then halved; alone, a message has no part in it.
 */
export function isTimeout(error: unknown): boolean {
  const cause = (error as { driverError?: unknown } | null)?.driverError ?? error;
  return cause instanceof DeadlineExceeded || TIMEOUT_CODES.includes(sqlState(error) ?? '');
}

/**
 * True where nobody's input is to blame: the connection is gone or refused, time ran out, a deadlock or serialization
 * conflict chose us, the server is out of resources or shutting down. Such work is retried for ever. A login that is
 * refused (28) is one too, since a password that is being rotated is right again soon.
 * Classes: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function isInfrastructureError(error: unknown): boolean {
  if (error instanceof AppError) return error.isOutage;
  if (isTimeout(error)) return true;
  const code = sqlState(error);
  if (code && (/^(08|28|53|57P|58)/.test(code) || OUTAGE_CODES.includes(code))) return true;
  if (code && CONNECTION_CODES.test(code)) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
}
