import { Database } from '#libs/database';
import { AppError } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { Passwords } from './passwords.js';
import { attemptKey, MOST_FAILURES } from '../domain/sign-in-attempts.js';
import { AccountStore } from '../store/account-store.js';
import { AttemptStore } from '../store/attempt-store.js';
import { SessionStore } from '../store/session-store.js';
import { IssueTokens, type SessionTokens } from './issue-tokens.js';

@Injectable()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountStore,
    private readonly attempts: AttemptStore,
    private readonly sessions: SessionStore,
    private readonly passwords: Passwords,
    private readonly tokens: IssueTokens,
  ) {}

  /** Throws `accounts.wrong-credentials` (401), `accounts.too-many-attempts` (429), `http.overloaded` (503). */
  async signIn(email: string, password: string, ip: string): Promise<SessionTokens> {
    const attempt = attemptKey(email, ip);
    await this.countAttempt(attempt);
    const account = await this.accounts.findByEmail(email);
    if (!(await this.matches(password, account?.password_hash, attempt)) || !account) {
      throw new AppError('accounts.wrong-credentials', 'The e-mail or the password is wrong.', { status: 401 });
    }
    const outdated = this.passwords.isOutdated(account.password_hash);
    const newHash = outdated ? await this.passwords.hash(password) : undefined;
    return this.database.transaction(async (tx) => {
      if (newHash) await this.accounts.replaceHash(tx, account.id, account.password_hash, newHash);
      await this.attempts.forget(tx, attempt);
      return this.tokens.issue(tx, await this.sessions.open(tx, account));
    });
  }

  /** Counted before the outcome is known, or a thousand guesses at once would all come before the first failure. */
  private async countAttempt(attempt: Buffer): Promise<void> {
    const { attempts, seconds_left: retryAfter } = await this.attempts.count(attempt);
    if (attempts <= MOST_FAILURES) return;
    const detail = 'Too many failed sign-ins. Try again after Retry-After seconds.';
    throw new AppError('accounts.too-many-attempts', detail, { status: 429, retryAfter });
  }

  private async matches(password: string, hash: string | undefined, attempt: Buffer): Promise<boolean> {
    try {
      return await this.passwords.match(password, hash);
    } catch (error) {
      await this.attempts.takeBack(attempt); // refused for our own overload, which is no failure of theirs
      throw error;
    }
  }
}
