import { Cache } from '#libs/cache';
import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { VerifyApiKey } from '../contract/index.js';
import { hashOf, looksLikeApiKey } from '../domain/secrets.js';
import { ApiKeyStore } from '../store/api-key-store.js';

/**
 * A revoked key must stop within 10 s: the look-up itself has 3 s, then its answer may lie in Redis and after that in
 * the memory of a process, for this long each.
 */
const KEPT_MS = 3_000;
const entryOf = (hash: Buffer) => `accounts.api-key:${hash.toString('base64url')}`;

@Injectable()
export class VerifyApiKeyAnswer {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly cache: Cache,
  ) {}

  /** That a key is unknown is remembered as well: whoever tries one again and again costs no query each time. */
  @Handles(VerifyApiKey)
  async answer({ key }: QuestionOf<typeof VerifyApiKey>): Promise<AnswerOf<typeof VerifyApiKey>> {
    if (!looksLikeApiKey(key)) return null;
    const hash = hashOf(key);
    return this.cache.wrap(entryOf(hash), async () => (await this.keys.findByHash(hash)) ?? null, KEPT_MS);
  }

  async forget(hash: Buffer): Promise<void> {
    await this.cache.del(entryOf(hash));
  }
}
