import type { Transaction } from '#libs/database';
import { newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

/** A refresh token lives this long; the session as long as its newest one. */
const LIFETIME = '30 days';
/** A token exchanged a second time within this long is a retry, or a second tab, and no theft. */
const GRACE = '10 seconds';

export interface Session {
  id: string;
  account_id: string;
  email: string;
}

/** A session is the family of all refresh tokens since a sign-in. A revoked one is deleted, and its tokens with it. */
@Injectable()
export class SessionStore {
  async open(tx: Transaction, account: { id: string; email: string }): Promise<Session> {
    const id = newId();
    await tx.query(
      `INSERT INTO accounts.sessions (id, account_id, expires_at) VALUES ($1, $2, now() + interval '${LIFETIME}')`,
      [id, account.id],
    );
    return { id, account_id: account.id, email: account.email };
  }

  async addToken(tx: Transaction, sessionId: string, hash: Buffer): Promise<void> {
    await tx.query(
      `WITH extended AS (
         UPDATE accounts.sessions SET expires_at = now() + interval '${LIFETIME}' WHERE id = $1 RETURNING id, expires_at)
       INSERT INTO accounts.refresh_tokens (hash, session_id, expires_at) SELECT $2, id, expires_at FROM extended`,
      [sessionId, hash],
    );
  }

  /** The session of a token, locked, so that refreshing and signing out take turns. */
  async lockByToken(tx: Transaction, hash: Buffer): Promise<(Session & { reused: boolean }) | undefined> {
    const [session] = await tx.query<Session & { reused: boolean }>(
      `SELECT s.id, s.account_id, a.email, coalesce(t.rotated_at < now() - interval '${GRACE}', false) AS reused
       FROM accounts.refresh_tokens t
       JOIN accounts.sessions s ON s.id = t.session_id
       JOIN accounts.accounts a ON a.id = s.account_id
       WHERE t.hash = $1 AND t.expires_at > now() FOR UPDATE OF s`,
      [hash],
    );
    return session;
  }

  /** The first exchange counts: later ones within the grace do not prolong it. */
  async rotate(tx: Transaction, hash: Buffer): Promise<void> {
    await tx.query('UPDATE accounts.refresh_tokens SET rotated_at = coalesce(rotated_at, now()) WHERE hash = $1', [
      hash,
    ]);
  }

  async revoke(tx: Transaction, sessionId: string): Promise<void> {
    await tx.query('DELETE FROM accounts.sessions WHERE id = $1', [sessionId]);
  }
}
