import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Bus, Handles, type Settle } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { CapturePayment, PaymentCaptured, PaymentDeclined } from '../contract/index.js';
import { CheckPayment, PayBack } from '../contract/private.js';
import { afterAnswer, questionFor } from '../domain/intent.js';
import { PAYMENT_PROVIDERS, type PaymentProvider, type ProviderAnswer } from '../domain/payment-provider.js';
import { type Intent, IntentStore, stateOf } from '../store/intent-store.js';

type Request = PayloadOf<typeof CapturePayment>;

/**
 * For ever: the end of the order makes it a cancellation, and until the provider has said its last word nobody knows
 * whether it holds money. An order waits for its answer, so it is asked every few seconds.
 */
const ASKING = {
  io: true,
  laneOf: ({ method }: Request) => method,
  attempts: Infinity,
  backoffMs: 250,
  longestBackoffMs: 5_000,
  timeoutMs: 10_000,
} as const;
const CALL_MS = 9_000;

/**
 * Asks the provider outside of any transaction; its idempotency key makes a second ask harmless. It asks until the answer
 * is final, also for an order that has ended meanwhile: money that turns up then is paid back. README.md has the table.
 */
@Injectable()
export class CapturePaymentUseCase {
  constructor(
    private readonly intents: IntentStore,
    private readonly bus: Bus,
    @Inject(PAYMENT_PROVIDERS) private readonly providers: readonly PaymentProvider[],
  ) {}

  @Handles(CapturePayment, ASKING)
  capture(request: Request, settle: Settle): Promise<void> {
    return this.ask(request, settle, false);
  }

  /** The provider has it under way, or may have: where we lack the provider it is tried again, never declined. */
  @Handles(CheckPayment, ASKING)
  async check(request: Request, settle: Settle): Promise<void> {
    if (!this.providerOf(request))
      throw new Error(`No provider here for ${request.method}, which has a payment under way.`);
    return this.ask(request, settle, true);
  }

  private providerOf({ method }: Request): PaymentProvider | undefined {
    return this.providers.find((candidate) => candidate.method === method);
  }

  private async ask(request: Request, settle: Settle, isUnderWay: boolean): Promise<void> {
    const intent = await this.intents.open(request.orderId, request.method, request.amount);
    const answer = await this.answerFor(intent, request, isUnderWay);
    await settle(async (tx) => {
      if (answer) await this.apply(tx, request, answer);
    });
  }

  private async answerFor(intent: Intent, request: Request, isUnderWay: boolean): Promise<ProviderAnswer | undefined> {
    const provider = this.providerOf(request);
    const question = questionFor(stateOf(intent), isUnderWay);
    if (!question) return undefined;
    if (!provider) return { status: 'declined', reason: 'unknown-method' };
    const signal = AbortSignal.timeout(CALL_MS);
    if (question === 'cancel') return provider.cancel(intent.id, signal);
    const known = question === 'status' ? await provider.status(intent.id, signal) : undefined;
    return known ?? provider.capture({ intentId: intent.id, amount: request.amount, token: request.token }, signal);
  }

  private async apply(tx: Transaction, request: Request, answer: ProviderAnswer): Promise<void> {
    const { orderId } = request;
    const intent = (await this.intents.lock(tx, orderId)) as Intent;
    const { status, then } = afterAnswer(intent, answer);
    const isFinal = answer.status !== 'processing';
    const reason = answer.status === 'declined' ? answer.reason : undefined;
    await this.intents.advance(tx, orderId, status, {
      reason,
      reference: answer.status === 'captured' ? answer.reference : undefined,
      providerStatus: isFinal ? answer.status : undefined,
    });
    if (then === 'tell captured') this.bus.publish(tx, PaymentCaptured, { orderId });
    else if (then === 'tell declined')
      this.bus.publish(tx, PaymentDeclined, { orderId, reason: reason ?? 'cancelled' });
    else if (then === 'pay back') this.bus.send(tx, PayBack, { orderId });
    else if (then === 'ask again' && !isFinal) {
      this.bus.send(tx, CheckPayment, request, { delayMs: answer.askAgainAfterMs });
    }
  }
}
