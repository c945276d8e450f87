import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { afterAnswer, afterOrderEnded, type Consequence, type IntentState, questionFor } from './intent.js';
import type { ProviderAnswer } from './payment-provider.js';

/** One order, its intent, and a provider: what may happen to them, in any order and any number of times. */
class World {
  readonly intent: IntentState = { status: 'pending', wasAsked: false, isFinal: false };
  orderEnded = false;
  /** At the provider. */
  money: 'none' | 'processing' | 'taken' | 'given back' | 'cancelled' | 'declined' = 'none';
  captures = 0;
  refunds = 0;
  /** Messages on their way: at least once, in any order. */
  readonly queue: ('capture' | 'check' | 'pay back' | 'refund')[] = ['capture'];

  /** The provider answers; what it does it does, though the answer may be lost. */
  ask(question: 'capture' | 'status' | 'cancel', wants: 'capture' | 'process' | 'decline'): ProviderAnswer {
    if (question === 'capture' && this.money === 'none') {
      this.money = wants === 'capture' ? 'taken' : wants === 'process' ? 'processing' : 'declined';
      if (this.money === 'taken') this.captures += 1;
    }
    if (question === 'cancel' && this.money === 'none') this.money = 'cancelled';
    switch (this.money) {
      case 'processing':
        return { status: 'processing', askAgainAfterMs: 1 };
      case 'taken':
      case 'given back':
        return { status: 'captured', reference: 'r' };
      case 'cancelled':
        return { status: 'cancelled' };
      default:
        return { status: 'declined', reason: 'no' };
    }
  }

  apply({ status, then }: { status: IntentState['status']; then: Consequence }): void {
    this.intent.status = status;
    if (then === 'ask again') this.queue.push('check');
    if (then === 'pay back') this.queue.push('pay back');
    if (then === 'tell captured' && this.orderEnded) this.queue.push('refund'); // as orders does
  }

  /** Handles a message; `isLost`: the process dies after the provider has acted, so the message comes again. */
  handle(at: number, wants: 'capture' | 'process' | 'decline', isLost: boolean): void {
    const message = this.queue[at % this.queue.length];
    const done = () => void this.queue.splice(this.queue.indexOf(message as never), 1);
    if (message === 'refund') {
      this.apply(afterOrderEnded(this.intent));
      return done();
    }
    if (message === 'pay back') {
      if (this.intent.status !== 'refunding') return done();
      if (this.money === 'taken') this.refunds += 1;
      this.money = 'given back';
      if (isLost) return;
      this.intent.status = 'refunded';
      return done();
    }
    if (!message) return;
    this.intent.wasAsked = true;
    const question = questionFor(this.intent, message === 'check');
    if (!question) return done();
    const answer = this.ask(question, wants);
    if (isLost) return;
    if (answer.status !== 'processing') this.intent.isFinal = true;
    this.apply(afterAnswer(this.intent, answer));
    done();
  }

  endOrder(): void {
    if (this.orderEnded || this.intent.status === 'declined') return;
    this.orderEnded = true;
    this.queue.push('refund');
  }

  decide(take: boolean): void {
    if (this.money !== 'processing') return;
    this.money = take ? 'taken' : 'declined';
    if (take) this.captures += 1;
  }
}

const wants = fc.constantFrom('capture' as const, 'process' as const, 'decline' as const);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('handle' as const), fc.nat(5), wants, fc.boolean()) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('end order' as const)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('decide' as const), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('deliver twice' as const), fc.nat(5)) },
);

describe('order x intent x provider, in every interleaving', () => {
  it('ends with the money where the order says: taken once and kept, or given back, or never taken', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, take) => {
        const world = new World();
        for (const [what, ...rest] of steps) {
          if (what === 'handle') world.handle(...(rest as [number, 'capture' | 'process' | 'decline', boolean]));
          else if (what === 'end order') world.endOrder();
          else if (what === 'decide') world.decide(rest[0] as boolean);
          else world.queue.push(...world.queue.slice(0, rest[0] as number));
          expect(world.captures).toBeLessThanOrEqual(1);
          expect(world.refunds).toBeLessThanOrEqual(world.captures);
        }
        world.decide(take); // the provider decides in the end, and no answer is lost any more
        for (let turn = 0; world.queue.length > 0; turn += 1) {
          expect(turn).toBeLessThan(1_000); // it comes to an end
          world.handle(turn, 'capture', false);
        }
        if (world.orderEnded) expect(['none', 'given back', 'cancelled', 'declined']).toContain(world.money);
        else expect({ captured: 'taken', declined: 'declined' }[world.intent.status as string]).toBe(world.money);
      }),
      { numRuns: 3_000 },
    );
  });
});
