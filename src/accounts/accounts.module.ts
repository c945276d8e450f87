import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { VerifyApiKeyAnswer } from './answers/verify-api-key.js';
import { AccountsController } from './http/accounts.controller.js';
import { ApiKeysController } from './http/api-keys.controller.js';
import { JwksController } from './http/jwks.controller.js';
import { SessionsController } from './http/sessions.controller.js';
import { AccountStore } from './store/account-store.js';
import { ApiKeyStore } from './store/api-key-store.js';
import { AttemptStore } from './store/attempt-store.js';
import { Accounts1760000000500 } from './store/migrations.js';
import { SessionStore } from './store/session-store.js';
import { CreateApiKey } from './use-cases/create-api-key.js';
import { ForgetOldSessions } from './use-cases/forget-old-sessions.js';
import { IssueTokens } from './use-cases/issue-tokens.js';
import { Passwords } from './use-cases/passwords.js';
import { RefreshSession } from './use-cases/refresh-session.js';
import { RevokeApiKey } from './use-cases/revoke-api-key.js';
import { SignIn } from './use-cases/sign-in.js';
import { SignUp } from './use-cases/sign-up.js';

@Module({
  imports: [
    FeatureModule.for({ module: 'accounts', migrations: [idempotencyTable('accounts'), Accounts1760000000500] }),
  ],
  controllers: [AccountsController, ApiKeysController, JwksController, SessionsController],
  providers: [
    AccountStore,
    ApiKeyStore,
    AttemptStore,
    CreateApiKey,
    ForgetOldSessions,
    IssueTokens,
    Passwords,
    RefreshSession,
    RevokeApiKey,
    SessionStore,
    SignIn,
    SignUp,
    VerifyApiKeyAnswer,
  ],
})
export class AccountsModule {}
