import type { Money } from '#libs/kernel';

export interface CaptureRequest {
  /** The provider's idempotency key: asked twice with the same one, it captures once. */
  intentId: string;
  amount: Money;
  token?: string;
}

export type CaptureResult =
  | { status: 'captured'; reference: string }
  | { status: 'declined'; reason: string }
  /** Not decided yet: ask again with the same intent after this many ms. */
  | { status: 'processing'; askAgainAfterMs: number };

/**
 * What a payment provider must offer. Calls throw where the outcome is not known; they are then made again, with the
 * same intent id.
 */
export interface PaymentProvider {
  /** The `payment.method` of an order that it serves. */
  readonly method: string;
  capture(request: CaptureRequest): Promise<CaptureResult>;
  refund(intentId: string, amount: Money): Promise<void>;
}

/** The providers offered here. */
export const PAYMENT_PROVIDERS = Symbol('payment providers');
