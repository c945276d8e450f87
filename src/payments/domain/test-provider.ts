import type { CaptureRequest, CaptureResult, PaymentProvider } from './payment-provider.js';

const SLOW_MS = 3_000;
const ERRORS_BEFORE_SUCCESS = 2;
const REMEMBERED = 10_000;

/**
 * The method `test`: `tok_ok` or no token captures, `tok_declined` declines, `tok_slow` captures after 3 s, `tok_error`
 * fails twice and then captures. What it remembers it forgets with the process, or past 10,000 intents.
 */
export class TestProvider implements PaymentProvider {
  readonly method = 'test';
  private readonly seen = new Map<string, { firstAt: number; calls: number }>();

  async capture({ intentId, token = 'tok_ok' }: CaptureRequest): Promise<CaptureResult> {
    switch (token) {
      case 'tok_ok':
        return { status: 'captured', reference: `test_${intentId}` };
      case 'tok_declined':
        return { status: 'declined', reason: 'card-declined' };
      case 'tok_slow':
        return this.slow(intentId);
      case 'tok_error':
        if (this.note(intentId).calls <= ERRORS_BEFORE_SUCCESS) throw new Error('The test provider is out of order.');
        return { status: 'captured', reference: `test_${intentId}` };
      default:
        return { status: 'declined', reason: 'unknown-token' };
    }
  }

  async refund(): Promise<void> {
    // Nothing was taken, so there is nothing to give back.
  }

  private slow(intentId: string): CaptureResult {
    const left = this.note(intentId).firstAt + SLOW_MS - Date.now();
    if (left > 0) return { status: 'processing', askAgainAfterMs: left };
    return { status: 'captured', reference: `test_${intentId}` };
  }

  private note(intentId: string) {
    const seen = this.seen.get(intentId) ?? { firstAt: Date.now(), calls: 0 };
    seen.calls += 1;
    this.seen.set(intentId, seen);
    if (this.seen.size > REMEMBERED) this.seen.delete(this.seen.keys().next().value as string);
    return seen;
  }
}
