import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Bus, Handles, type Settle } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { PaymentRefunded, RefundPayment } from '../contract/index.js';
import { PayBack } from '../contract/private.js';
import { afterOrderEnded } from '../domain/intent.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../domain/payment-provider.js';
import { IntentStore } from '../store/intent-store.js';

const CALL_MS = 9_000;

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
    const intent = await this.intents.lockOrBury(tx, orderId);
    const { status, then } = afterOrderEnded(intent);
    if (status !== intent.status) await this.intents.advance(tx, orderId, status, { reason });
    if (then === 'pay back') this.bus.send(tx, PayBack, { orderId });
  }

  /** For ever: money that is not ours is given back, however long the provider is away. */
  @Handles(PayBack, { io: true, attempts: Infinity, backoffMs: 1_000, timeoutMs: 10_000 })
  async payBack({ orderId }: PayloadOf<typeof PayBack>, settle: Settle): Promise<void> {
    const intent = await this.intents.find(orderId);
    if (intent?.status !== 'refunding') return settle(async () => undefined);
    const provider = this.providers.find((candidate) => candidate.method === intent.method);
    if (!provider) throw new Error(`There is no payment method "${intent.method}" here to refund by. Offer it again.`);
    const amount = { amount: Number(intent.amount), currency: intent.currency ?? '' };
    await provider.refund(intent.id, amount, AbortSignal.timeout(CALL_MS));
    await settle(async (tx) => {
      if ((await this.intents.lock(tx, orderId))?.status !== 'refunding') return;
      await this.intents.advance(tx, orderId, 'refunded');
      this.bus.publish(tx, PaymentRefunded, { orderId });
    });
  }
}
