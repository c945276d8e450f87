import { AppError } from '#libs/kernel';

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
/** TypeORM releases a runner by itself when its connection ends; a Transaction that has ended says so before it would. */
const CONNECTION_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|connection error and is not queryable|Client was closed|Connection ended unexpectedly|Driver not Connected|Query runner already released|Connection is closed/i;

/**
 * True where nobody's input is to blame: the connection is gone, a deadlock or serialization conflict chose us, the
 * server is out of resources or shutting down. Such work is retried for ever.
 * Classes: https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
export function isInfrastructureError(error: unknown): boolean {
  if (error instanceof AppError) return error.isOutage;
  const code = sqlState(error);
  if (code && (/^(08|53|57P|58)/.test(code) || ['40001', '40P01', '25006'].includes(code))) return true;
  if (code && CONNECTION_CODES.test(code)) return true;
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
}
