import { Handles } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { ListPaymentMethods } from '../contract/index.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../domain/payment-provider.js';

@Injectable()
export class ListPaymentMethodsAnswer {
  constructor(@Inject(PAYMENT_PROVIDERS) private readonly providers: readonly PaymentProvider[]) {}

  @Handles(ListPaymentMethods)
  async answer(): Promise<string[]> {
    return this.providers.map(({ method }) => method);
  }
}
