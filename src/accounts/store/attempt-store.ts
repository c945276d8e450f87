import { Database, type Transaction } from '#libs/database';
import { Injectable } from '@nestjs/common';
import { WINDOW_MINUTES } from '../domain/sign-in-attempts.js';

const OVER = `a.since < now() - interval '${WINDOW_MINUTES} minutes'`;

/** Counts sign-ins in a fixed window. In the database, so that all processes count together. */
@Injectable()
export class AttemptStore {
  constructor(private readonly database: Database) {}

  /** Counts one more; answers how many there are in this window, and the seconds until its end. */
  async count(key: Buffer): Promise<{ attempts: number; seconds_left: number }> {
    const [row] = await this.database.query<{ attempts: number; seconds_left: number }>(
      `INSERT INTO accounts.sign_in_attempts AS a (key) VALUES ($1)
       ON CONFLICT (key) DO UPDATE SET
         attempts = CASE WHEN ${OVER} THEN 1 ELSE a.attempts + 1 END,
         since = CASE WHEN ${OVER} THEN now() ELSE a.since END
       RETURNING attempts, ceil(extract(epoch FROM since - now()) + ${WINDOW_MINUTES * 60})::int AS seconds_left`,
      [key],
    );
    return row as { attempts: number; seconds_left: number };
  }

  /** Takes back one whose outcome was never found out. */
  async takeBack(key: Buffer): Promise<void> {
    await this.database.query('UPDATE accounts.sign_in_attempts SET attempts = attempts - 1 WHERE key = $1', [key]);
  }

  async forget(tx: Transaction, key: Buffer): Promise<void> {
    await tx.query('DELETE FROM accounts.sign_in_attempts WHERE key = $1', [key]);
  }
}
