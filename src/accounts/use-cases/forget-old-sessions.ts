import { Database } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { WINDOW_MINUTES } from '../domain/sign-in-attempts.js';

const AT_ONCE = 1_000;

/** A rotated token is kept until it would have expired: until then its reuse is recognised. */
@Injectable()
export class ForgetOldSessions {
  constructor(private readonly database: Database) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    await this.deleteAll(signal, 'refresh_tokens', 'hash', 'expires_at < now()');
    await this.deleteAll(signal, 'sessions', 'id', 'expires_at < now()');
    await this.deleteAll(signal, 'sign_in_attempts', 'key', `since < now() - interval '${WINDOW_MINUTES} minutes'`);
  }

  private async deleteAll(signal: AbortSignal, table: string, key: string, condition: string): Promise<void> {
    let deleted: unknown[];
    do {
      deleted = await this.database.query(
        `DELETE FROM accounts.${table} WHERE ${key} IN (
           SELECT ${key} FROM accounts.${table} WHERE ${condition} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED
         ) RETURNING 1`,
      );
    } while (deleted.length === AT_ONCE && !signal.aborted);
  }
}
