import type { Transaction } from '#libs/database';
import { notFound } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { VerifyApiKeyAnswer } from '../answers/verify-api-key.js';
import { ApiKeyStore } from '../store/api-key-store.js';

@Injectable()
export class RevokeApiKey {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly verified: VerifyApiKeyAnswer,
  ) {}

  /** Stops at once here, and elsewhere when its cached answers are over. */
  async revoke(tx: Transaction, id: string): Promise<void> {
    const hash = await this.keys.delete(tx, id);
    if (!hash) throw notFound('accounts.api-key-not-found', 'API key not found');
    tx.afterCommit(() => void this.verified.forget(hash));
  }
}
