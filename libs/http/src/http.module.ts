import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AccessGuard, ApiKeys, CallerHook } from './access.js';
import { ForgetOldKeys } from './forget-old-keys.js';
import { KnownParametersGuard } from './known-parameters.js';
import { Engines } from './operations/engines.js';
import { OperationsController } from './operations/operations.controller.js';
import { Readiness } from './operations/readiness.js';
import { ProblemFilter } from './problem.filter.js';
import { RateLimit } from './rate-limit.js';
import { Tokens } from './tokens.js';
import { validationPipe } from './validation.js';

/** What every route of the process goes through: access, validation, problems. */
@Module({})
export class HttpModule {
  static with({ apiKeys }: { apiKeys: Type<ApiKeys> }): DynamicModule {
    return {
      module: HttpModule,
      global: true,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [OperationsController],
      providers: [
        ForgetOldKeys,
        Tokens,
        RateLimit,
        Readiness,
        Engines,
        { provide: ApiKeys, useClass: apiKeys },
        CallerHook,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: KnownParametersGuard },
        { provide: APP_PIPE, useValue: validationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [Tokens, Readiness, CallerHook],
    };
  }
}
