import type { CaptureRequest, PaymentProvider, ProviderAnswer } from './payment-provider.js';

/** What the test provider remembers of an intent, past the end of any process. */
export interface TestIntent {
  token: string;
  /** ms since it was first asked to capture it. */
  age: number;
  calls: number;
  /** Whether its money was given back, or kept from being taken. */
  ended: 'refunded' | 'cancelled' | null;
}

export interface TestIntents {
  /** Counts a call; makes the intent at the first. */
  note(id: string, token: string): Promise<TestIntent>;
  find(id: string): Promise<TestIntent | undefined>;
  end(id: string, how: 'refunded' | 'cancelled'): Promise<void>;
}

const SLOW_MS = 3_000;
const AWAY_MS = 45_000;
const ERRORS_BEFORE_SUCCESS = 2;
const OUT_OF_ORDER = 'The test provider is out of order.';

/**
 * The method `test`: `tok_ok` or no token captures, `tok_declined` declines, `tok_slow` captures after 3 s, `tok_error`
 * fails twice and then captures. `tok_late` is like `tok_slow`, but cannot be cancelled; `tok_lost` takes the money at
 * once, and its answers are lost for 3 s. With `tok_away` the provider is out of order for 45 s; with `tok_refund_away` it
 * captures, and is out of order for refunds for 45 s.
 */
export class TestProvider implements PaymentProvider {
  readonly method = 'test';

  constructor(private readonly intents: TestIntents) {}

  async capture({ intentId, token = 'tok_ok' }: CaptureRequest): Promise<ProviderAnswer> {
    switch (token) {
      case 'tok_ok':
        return captured(intentId);
      case 'tok_declined':
        return { status: 'declined', reason: 'card-declined' };
      case 'tok_slow':
      case 'tok_late':
      case 'tok_lost':
      case 'tok_error':
      case 'tok_away':
      case 'tok_refund_away':
        return answerFor(intentId, await this.intents.note(intentId, token));
      default:
        return { status: 'declined', reason: 'unknown-token' };
    }
  }

  async status(intentId: string): Promise<ProviderAnswer | undefined> {
    const intent = await this.intents.find(intentId);
    return intent && answerFor(intentId, intent);
  }

  async cancel(intentId: string): Promise<ProviderAnswer> {
    const intent = await this.intents.find(intentId);
    const answer = intent && answerFor(intentId, intent);
    if (!answer || (answer.status === 'processing' && intent.token !== 'tok_late')) {
      await this.intents.end(intentId, 'cancelled');
      return { status: 'cancelled' };
    }
    return answer;
  }

  async refund(intentId: string): Promise<void> {
    const intent = await this.intents.find(intentId);
    if (intent?.token === 'tok_refund_away' && intent.age < AWAY_MS) throw new Error(OUT_OF_ORDER);
    await this.intents.end(intentId, 'refunded');
  }
}

function answerFor(id: string, { token, age, calls, ended }: TestIntent): ProviderAnswer {
  if (ended === 'cancelled') return { status: 'cancelled' };
  if (token === 'tok_error' && calls <= ERRORS_BEFORE_SUCCESS) throw new Error(OUT_OF_ORDER);
  if (token === 'tok_away' && age < AWAY_MS) throw new Error(OUT_OF_ORDER);
  const left = SLOW_MS - age;
  if (left > 0 && token === 'tok_lost') throw new Error('The answer of the test provider is lost.');
  if (left > 0 && (token === 'tok_slow' || token === 'tok_late'))
    return { status: 'processing', askAgainAfterMs: left };
  return captured(id);
}

const captured = (intentId: string): ProviderAnswer => ({ status: 'captured', reference: `test_${intentId}` });
