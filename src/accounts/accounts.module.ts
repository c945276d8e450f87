import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { VerifyApiKeyAnswer } from './answers/verify-api-key.js';

@Module({
  imports: [FeatureModule.for({ module: 'accounts', migrations: [idempotencyTable('accounts')] })],
  providers: [VerifyApiKeyAnswer],
})
export class AccountsModule {}
