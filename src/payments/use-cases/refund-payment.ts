import type { Transaction } from '#libs/database';
import { AppError, type PayloadOf } from '#libs/kernel';
import { Bus, Handles, type Settle } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { PaymentRefunded, RefundPayment } from '../contract/index.js';
import { PayBack } from '../contract/private.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../domain/payment-provider.js';
import { IntentStore } from '../store/intent-store.js';

/** Early, it leaves a tombstone; late or twice, it finds nothing captured and does nothing. */
@Injectable()
export class RefundPaymentUseCase {
  constructor(
    private readonly intents: IntentStore,
    private readonly bus: Bus,
    @Inject(PAYMENT_PROVIDERS) private readonly providers: readonly PaymentProvider[],
  ) {}

  @Handles(RefundPayment)
  async refund({ orderId, reason }: PayloadOf<typeof RefundPayment>, tx: Transaction): Promise<void> {
    const { status } = await this.intents.lockOrBury(tx, orderId);
    if (status === 'pending') await this.intents.advance(tx, orderId, ['pending'], 'cancelled', { reason });
    if (status !== 'captured') return;
    await this.intents.advance(tx, orderId, ['captured'], 'refunding', { reason });
    this.bus.send(tx, PayBack, { orderId });
  }

  @Handles(PayBack, { io: true, attempts: 8, backoffMs: 1_000, timeoutMs: 10_000 })
  async payBack({ orderId }: PayloadOf<typeof PayBack>, settle: Settle): Promise<void> {
    const intent = await this.intents.find(orderId);
    if (intent?.status !== 'refunding') return settle(async () => undefined);
    const provider = this.providers.find((candidate) => candidate.method === intent.method);
    if (!provider) throw new AppError('payments.unknown-method', `There is no payment method "${intent.method}" here.`);
    await provider.refund(intent.id, { amount: Number(intent.amount), currency: intent.currency ?? '' });
    await settle(async (tx) => {
      if (await this.intents.advance(tx, orderId, ['refunding'], 'refunded')) {
        this.bus.publish(tx, PaymentRefunded, { orderId });
      }
    });
  }
}
