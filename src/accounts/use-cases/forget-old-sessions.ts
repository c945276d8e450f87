import { Database, forget } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { WINDOW_MINUTES } from '../domain/sign-in-attempts.js';

const EXPIRED = { key: 'expires_at', where: 'expires_at < now()' };
const OVER = { key: 'since', where: `since < now() - interval '${WINDOW_MINUTES} minutes'` };

/** A rotated token is kept until it would have expired: until then its reuse is recognised. */
@Injectable()
export class ForgetOldSessions {
  constructor(private readonly database: Database) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    await forget(this.database, { table: 'accounts.refresh_tokens', ...EXPIRED }, signal);
    await forget(this.database, { table: 'accounts.sessions', ...EXPIRED }, signal);
    await forget(this.database, { table: 'accounts.sign_in_attempts', ...OVER }, signal);
  }
}
