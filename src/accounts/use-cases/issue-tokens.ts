import type { Transaction } from '#libs/database';
import { ACCESS_TOKEN_SECONDS, Tokens } from '#libs/http';
import { Injectable } from '@nestjs/common';
import { hashOf, newRefreshToken } from '../domain/secrets.js';
import { type Session, SessionStore } from '../store/session-store.js';

export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token is over. */
  expiresIn: number;
}

@Injectable()
export class IssueTokens {
  constructor(
    private readonly sessions: SessionStore,
    private readonly tokens: Tokens,
  ) {}

  async issue(tx: Transaction, session: Session): Promise<SessionTokens> {
    const refreshToken = newRefreshToken();
    await this.sessions.addToken(tx, session.id, hashOf(refreshToken));
    const accessToken = await this.tokens.signAccessToken({
      role: 'customer',
      id: session.account_id,
      email: session.email,
      sessionId: session.id,
    });
    return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS };
  }
}
