import { Database } from '#libs/database';
import { AppError } from '#libs/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { hashOf } from '../domain/secrets.js';
import { SessionStore } from '../store/session-store.js';
import { IssueTokens, type SessionTokens } from './issue-tokens.js';

/** Refresh token rotation with reuse detection: RFC 9700, section 4.14. */
@Injectable()
export class RefreshSession {
  private readonly logger = new Logger(RefreshSession.name);

  constructor(
    private readonly database: Database,
    private readonly sessions: SessionStore,
    private readonly tokens: IssueTokens,
  ) {}

  /** Throws `accounts.refresh-token-invalid` and, once the session is revoked, `accounts.refresh-token-reused` (401). */
  async refresh(refreshToken: string): Promise<SessionTokens> {
    const hash = hashOf(refreshToken);
    const outcome = await this.database.transaction(async (tx) => {
      const session = await this.sessions.lockByToken(tx, hash);
      if (!session) return 'invalid';
      if (session.reused) {
        await this.sessions.revoke(tx, session.id);
        this.logger.warn(`A refresh token came again after its rotation: session ${session.id} is revoked.`);
        return 'reused';
      }
      await this.sessions.rotate(tx, hash);
      return this.tokens.issue(tx, session);
    });
    if (typeof outcome !== 'string') return outcome;
    const detail = {
      invalid: 'The refresh token is not valid, or no longer. Sign in again.',
      reused: 'The refresh token was used before, so its session was ended. Sign in again.',
    }[outcome];
    throw new AppError(`accounts.refresh-token-${outcome}`, detail, { status: 401 });
  }
}
