import type { AnswerOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { VerifyApiKey } from '../contract/index.js';

@Injectable()
export class VerifyApiKeyAnswer {
  @Handles(VerifyApiKey)
  async answer(): Promise<AnswerOf<typeof VerifyApiKey>> {
    return null;
  }
}
