/** One member of the `errors` list of a validation problem; `pointer` is a JSON pointer into the body. */
export interface FieldError {
  pointer: string;
  message: string;
}

export interface AppErrorOptions {
  /** HTTP status this error is rendered with. */
  status?: number;
  errors?: FieldError[];
  /** Seconds until a retry makes sense; becomes `Retry-After`. */
  retryAfter?: number;
  /** Members that a caller gets besides, such as the quote of a total that has changed (RFC 9457, 3.2). */
  members?: Record<string, unknown>;
  cause?: unknown;
  /** Nobody's input is to blame: a part of the system is away. Messages that meet it are retried for ever. */
  isOutage?: boolean;
}

/**
 * A refusal with a stable code such as `inventory.out-of-stock`. HTTP renders it as RFC 9457 problem+json; a message
 * handler that throws one is not retried: the same input would be refused again.
 */
export class AppError extends Error {
  readonly status: number;
  readonly errors?: FieldError[];
  readonly retryAfter?: number;
  readonly members?: Record<string, unknown>;
  readonly isOutage: boolean;

  constructor(
    readonly code: string,
    detail: string,
    options: AppErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'AppError';
    this.status = options.status ?? 422;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.members = options.members;
    this.isOutage = options.isOutage ?? false;
  }
}

export const notFound = (code: string, detail: string) => new AppError(code, detail, { status: 404 });
export const conflict = (code: string, detail: string) => new AppError(code, detail, { status: 409 });
export const overloaded = (code: string, detail: string, retryAfter = 1) =>
  new AppError(code, detail, { status: 503, retryAfter });
