import { Database, type Transaction } from '#libs/database';
import { newId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';

export interface AccountRow {
  id: string;
  email: string;
  name: string | null;
  password_hash: string;
  created_at: Date;
}

@Injectable()
export class AccountStore {
  constructor(private readonly database: Database) {}

  /** Undefined where the e-mail has an account, in whatever letters. */
  async create(
    tx: Transaction,
    account: { email: string; name?: string; passwordHash: string },
  ): Promise<AccountRow | undefined> {
    const [row] = await tx.query<AccountRow>(
      `INSERT INTO accounts.accounts (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
       ON CONFLICT (lower(email)) DO NOTHING RETURNING *`,
      [newId(), account.email, account.name ?? null, account.passwordHash],
    );
    return row;
  }

  async find(id: string): Promise<AccountRow | undefined> {
    const [row] = await this.database.query<AccountRow>('SELECT * FROM accounts.accounts WHERE id = $1', [id]);
    return row;
  }

  async findByEmail(email: string): Promise<AccountRow | undefined> {
    const [row] = await this.database.query<AccountRow>(
      'SELECT * FROM accounts.accounts WHERE lower(email) = $1',
      [email.toLowerCase()], // an ASCII one, by its schema
    );
    return row;
  }

  /** Puts a hash of the same password in the place of `from`, if that is still the one. */
  async replaceHash(tx: Transaction, id: string, from: string, to: string): Promise<void> {
    await tx.query('UPDATE accounts.accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2', [
      id,
      from,
      to,
    ]);
  }
}
