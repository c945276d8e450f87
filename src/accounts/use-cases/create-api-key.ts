import type { Transaction } from '#libs/database';
import { Injectable } from '@nestjs/common';
import { hashOf, newApiKey } from '../domain/secrets.js';
import { type ApiKeyRow, ApiKeyStore, type KeyRole } from '../store/api-key-store.js';

@Injectable()
export class CreateApiKey {
  constructor(private readonly keys: ApiKeyStore) {}

  /** The only time the key itself is seen. */
  async create(tx: Transaction, name: string, role: KeyRole): Promise<ApiKeyRow & { key: string }> {
    const key = newApiKey();
    const row = await this.keys.create(tx, { hash: hashOf(key), lastFour: key.slice(-4), name, role });
    return { ...row, key };
  }
}
