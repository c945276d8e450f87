import type { Money } from '#libs/kernel';

export interface CaptureRequest {
  /** The provider's idempotency key: asked twice with the same one, it captures once. */
  intentId: string;
  amount: Money;
  token?: string;
}

export type ProviderAnswer =
  | { status: 'captured'; reference: string }
  | { status: 'declined'; reason: string }
  /** Not decided yet: ask again with the same intent after this many ms. */
  | { status: 'processing'; askAgainAfterMs: number }
  /** The provider holds nothing for this intent, and never will: a capture that still arrives there is declined. */
  | { status: 'cancelled' };

/**
 * What a payment provider must offer. Calls throw where the outcome is not known; they are then made again, with the
 * same intent id, for as long as it takes. A call that is not answered when its signal aborts must throw.
 */
export interface PaymentProvider {
  /** The `payment.method` of an order that it serves. */
  readonly method: string;
  /** Takes the money. */
  capture(request: CaptureRequest, signal: AbortSignal): Promise<ProviderAnswer>;
  /** What became of a capture that was under way; undefined where the provider has never heard of the intent. */
  status(intentId: string, signal: AbortSignal): Promise<ProviderAnswer | undefined>;
  /** Keeps the money from being taken; answers `captured` where it is too late. */
  cancel(intentId: string, signal: AbortSignal): Promise<ProviderAnswer>;
  /** Gives back what was captured. Asked twice for the same intent, it gives back once. */
  refund(intentId: string, amount: Money, signal: AbortSignal): Promise<void>;
}

/** The providers offered here. */
export const PAYMENT_PROVIDERS = Symbol('payment providers');
