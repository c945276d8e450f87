import type { MigrationInterface, QueryRunner } from 'typeorm';

/** E-mails are compared in the collation C, whose lower case does not depend on the server's language. */
export class Accounts1760000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE accounts.accounts (
        id uuid PRIMARY KEY,
        email text COLLATE "C" NOT NULL,
        name text,
        password_hash text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX accounts_email ON accounts.accounts (lower(email));
      CREATE TABLE accounts.sessions (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts.accounts ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX sessions_account ON accounts.sessions (account_id);
      CREATE INDEX sessions_expiry ON accounts.sessions (expires_at);
      CREATE TABLE accounts.refresh_tokens (
        hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES accounts.sessions ON DELETE CASCADE,
        rotated_at timestamptz,
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX refresh_tokens_session ON accounts.refresh_tokens (session_id);
      CREATE INDEX refresh_tokens_expiry ON accounts.refresh_tokens (expires_at);
      CREATE TABLE accounts.sign_in_attempts (
        key bytea PRIMARY KEY,
        attempts integer NOT NULL DEFAULT 1,
        since timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX sign_in_attempts_age ON accounts.sign_in_attempts (since);
      CREATE TABLE accounts.api_keys (
        id uuid PRIMARY KEY,
        hash bytea NOT NULL UNIQUE,
        name text NOT NULL,
        role text NOT NULL CHECK (role IN ('staff', 'admin')),
        last_four text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE accounts.api_keys, accounts.sign_in_attempts, accounts.refresh_tokens, accounts.sessions, accounts.accounts',
    );
  }
}
