import type { PayloadOf } from '#libs/kernel';
import { Bus, Handles, type Settle } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { CapturePayment, PaymentCaptured, PaymentDeclined } from '../contract/index.js';
import { CheckPayment, PayBack } from '../contract/private.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../domain/payment-provider.js';
import { IntentStore } from '../store/intent-store.js';

const ATTEMPTS = { io: true, attempts: 8, backoffMs: 250, timeoutMs: 10_000 } as const;

/**
 * Asks the provider outside of any transaction; its idempotency key makes a second ask harmless. A refund that comes
 * first leaves a tombstone, and one that comes while the provider is asked is paid back.
 */
@Injectable()
export class CapturePaymentUseCase {
  constructor(
    private readonly intents: IntentStore,
    private readonly bus: Bus,
    @Inject(PAYMENT_PROVIDERS) private readonly providers: readonly PaymentProvider[],
  ) {}

  @Handles(CapturePayment, ATTEMPTS)
  capture(request: PayloadOf<typeof CapturePayment>, settle: Settle): Promise<void> {
    return this.ask(request, settle);
  }

  /** The provider has it under way: where we lack the provider it is tried again and then parked, never declined. */
  @Handles(CheckPayment, ATTEMPTS)
  async check(request: PayloadOf<typeof CheckPayment>, settle: Settle): Promise<void> {
    if (!this.providerOf(request))
      throw new Error(`No provider here for ${request.method}, which has a payment under way.`);
    return this.ask(request, settle);
  }

  private providerOf({ method }: PayloadOf<typeof CapturePayment>): PaymentProvider | undefined {
    return this.providers.find((candidate) => candidate.method === method);
  }

  private async ask(request: PayloadOf<typeof CapturePayment>, settle: Settle): Promise<void> {
    const { orderId, method, amount, token } = request;
    const provider = this.providerOf(request);
    const intent = await this.intents.open(orderId, method, amount);
    if (intent.status !== 'pending') return settle(async () => undefined);
    const result = provider
      ? await provider.capture({ intentId: intent.id, amount, token })
      : { status: 'declined' as const, reason: 'unknown-method' };
    await settle(async (tx) => {
      if (result.status === 'processing') {
        this.bus.send(tx, CheckPayment, request, { delayMs: result.askAgainAfterMs });
      } else if (result.status === 'declined') {
        const { reason } = result;
        if (await this.intents.advance(tx, orderId, ['pending'], 'declined', { reason })) {
          this.bus.publish(tx, PaymentDeclined, { orderId, reason });
        }
      } else if (await this.intents.advance(tx, orderId, ['pending'], 'captured', result)) {
        this.bus.publish(tx, PaymentCaptured, { orderId });
      } else if (await this.intents.advance(tx, orderId, ['cancelled'], 'refunding', result)) {
        this.bus.send(tx, PayBack, { orderId });
      }
    });
  }
}
