import { SETTINGS, type Settings } from '#libs/config';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { ListPaymentMethodsAnswer } from './answers/list-payment-methods.js';
import { PAYMENT_PROVIDERS } from './domain/payment-provider.js';
import { TestProvider } from './domain/test-provider.js';
import { IntentStore } from './store/intent-store.js';
import { Payments1760000000300 } from './store/migrations.js';
import { CapturePaymentUseCase } from './use-cases/capture-payment.js';
import { RefundPaymentUseCase } from './use-cases/refund-payment.js';

@Module({
  imports: [FeatureModule.for({ module: 'payments', migrations: [Payments1760000000300] })],
  providers: [
    CapturePaymentUseCase,
    IntentStore,
    ListPaymentMethodsAnswer,
    RefundPaymentUseCase,
    {
      provide: PAYMENT_PROVIDERS,
      inject: [SETTINGS],
      useFactory: (settings: Settings) => (settings.PAYMENTS_TEST ? [new TestProvider()] : []),
    },
  ],
})
export class PaymentsModule {}
