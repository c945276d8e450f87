/** Its message is one line that says what is wrong and what to do next: print it as it is, without a stack. */
export class EmbeddedPostgresError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message.replace(/\s*\n\s*/g, ' ').trim(), { cause });
    this.name = 'EmbeddedPostgresError';
  }
}

/** The code of a Node or Postgres error (`EACCES`, `57P03`), or ''. Not by instanceof: Jest has errors of two realms. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

export const reasonOf = (error: unknown) => String((error as { message?: unknown } | null)?.message ?? error);

/** Turns the file system's refusals into advice; anything else is passed on. */
export function asDirectoryError(error: unknown, dataDir: string): unknown {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new EmbeddedPostgresError(
      `The data directory ${dataDir} cannot be used (${reasonOf(error)}). Make it readable and writable for this user, or set DATA_DIR to another one.`,
      error,
    );
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new EmbeddedPostgresError(
      `No space is left for ${dataDir}. Free some, or set DATA_DIR to another disk.`,
      error,
    );
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new EmbeddedPostgresError(
      `${dataDir} is not a directory. Remove that file, or set DATA_DIR to another one.`,
      error,
    );
  return error;
}
