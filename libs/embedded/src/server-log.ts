import { closeSync, fchownSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { OsAccount } from './os-account.js';

const LIMIT = 10 * 1024 * 1024;
const TAIL = 16 * 1024;

/** `<dataDir>/postgres.log`: all that Postgres says, kept off our own output. */
export class ServerLog {
  readonly path: string;
  private from = 0;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'postgres.log');
  }

  /** Opens it for a new run; the caller closes the descriptor once the child has it. */
  open(account: OsAccount): number {
    const file = openSync(this.path, 'a', 0o600);
    if (fstatSync(file).size > LIMIT) ftruncateSync(file);
    // Root must not leave a log behind that the owner of the data cannot append to later.
    if (account.owner) fchownSync(file, account.owner.uid, account.owner.gid);
    this.from = fstatSync(file).size;
    return file;
  }

  /** The end of what the latest run wrote. */
  tail(): string {
    const file = openSync(this.path, 'r');
    try {
      const { size } = fstatSync(file);
      const start = Math.max(this.from, size - TAIL);
      const buffer = Buffer.alloc(Math.max(0, size - start));
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start));
    } finally {
      closeSync(file);
    }
  }

  /** The line that explains a failure: the last fatal one, or else the last few. */
  reason(): string {
    const lines = this.tail().split('\n').filter(Boolean);
    const line = lines.findLast((text) => /FATAL|PANIC/.test(text)) ?? (lines.slice(-3).join(' ') || 'it said nothing');
    return line.replace(/^\S+ \S+ \S+ \[\d+\] /, '');
  }
}
