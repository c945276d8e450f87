import { SETTINGS, type Settings } from '#libs/config';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { ListPaymentMethodsAnswer } from './answers/list-payment-methods.js';
import { PAYMENT_PROVIDERS } from './domain/payment-provider.js';
import { TestProvider } from './domain/test-provider.js';
import { IntentStore } from './store/intent-store.js';
import { IntentsUnsettled1764200000310, Payments1760000000300 } from './store/migrations.js';
import { TestIntentStore } from './store/test-intent-store.js';
import { CapturePaymentUseCase } from './use-cases/capture-payment.js';
import { RefundPaymentUseCase } from './use-cases/refund-payment.js';
import { ForgetOldIntents } from './use-cases/forget-old-intents.js';
import { ListIntentsAnswer } from './answers/list-intents.js';
import { ReconcileIntents } from './use-cases/reconcile-intents.js';

@Module({
  imports: [
    FeatureModule.for({ module: 'payments', migrations: [Payments1760000000300, IntentsUnsettled1764200000310] }),
  ],
  providers: [
    CapturePaymentUseCase,
    ForgetOldIntents,
    IntentStore,
    ListIntentsAnswer,
    ListPaymentMethodsAnswer,
    ReconcileIntents,
    RefundPaymentUseCase,
    TestIntentStore,
    {
      provide: PAYMENT_PROVIDERS,
      inject: [SETTINGS, TestIntentStore],
      useFactory: ({ PAYMENTS_TEST }: Settings, intents: TestIntentStore) =>
        PAYMENTS_TEST ? [new TestProvider(intents)] : [],
    },
  ],
})
export class PaymentsModule {}
