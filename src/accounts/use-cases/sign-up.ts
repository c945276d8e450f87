import type { Transaction } from '#libs/database';
import { conflict } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { type AccountRow, AccountStore } from '../store/account-store.js';

@Injectable()
export class SignUp {
  constructor(private readonly accounts: AccountStore) {}

  async signUp(tx: Transaction, account: { email: string; name?: string; passwordHash: string }): Promise<AccountRow> {
    const created = await this.accounts.create(tx, account);
    if (!created)
      throw conflict('accounts.email-taken', 'This e-mail has an account. Sign in with it, or use another.');
    return created;
  }
}
