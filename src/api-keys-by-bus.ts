import { createHash, timingSafeEqual } from 'node:crypto';
import { SETTINGS, type Settings } from '#libs/config';
import { ApiKeys, type Principal } from '#libs/http';
import { Asker } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { VerifyApiKey } from './accounts/contract/index.js';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** The admin key of the settings needs no look-up; any other key is asked of accounts. */
@Injectable()
export class ApiKeysByBus extends ApiKeys {
  private readonly adminKey: Buffer | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(Asker) private readonly asker: Asker,
  ) {
    super();
    this.adminKey = settings.ADMIN_API_KEY === undefined ? undefined : digest(settings.ADMIN_API_KEY);
  }

  async find(key: string): Promise<Principal | undefined> {
    if (this.adminKey && timingSafeEqual(digest(key), this.adminKey)) return { role: 'admin', id: 'admin' };
    return (await this.asker.ask(VerifyApiKey, { key })) ?? undefined;
  }
}
