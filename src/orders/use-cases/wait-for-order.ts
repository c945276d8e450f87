import { Readiness } from '#libs/http';
import { notInFlight } from '#libs/observability';
import { Injectable } from '@nestjs/common';
import { RepeatsEvery } from '#libs/messaging';
import { OrderStore } from '../store/order-store.js';

/** Waiters past this many are answered at once, with the order as it is. */
const MOST_WAITERS = 20_000;

/**
 * `Prefer: wait`: resolves when an order leaves `pending`. A signal from this process comes at once but is a hint only;
 * the safety net is one query for all orders waited for.
 */
@Injectable()
export class OrderWaiters {
  private readonly waiting = new Map<string, Set<() => void>>();
  private count = 0;
  private readonly closing: AbortSignal;

  constructor(
    private readonly orders: OrderStore,
    { whenClosing }: Readiness,
  ) {
    this.closing = whenClosing;
    // Everyone is answered at once, so that nobody holds the shutdown up.
    whenClosing.addEventListener('abort', () => {
      for (const id of this.waiting.keys()) this.settled(id);
    });
  }

  async wait(id: string, seconds: number): Promise<void> {
    if (this.count >= MOST_WAITERS || this.closing.aborted) return;
    this.count += 1;
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const timer = setTimeout(wake, seconds * 1_000);
    const waiters = this.waiting.get(id) ?? new Set();
    this.waiting.set(id, waiters.add(wake));
    await notInFlight(woken);
    clearTimeout(timer);
    this.count -= 1;
    waiters.delete(wake);
    if (waiters.size === 0) this.waiting.delete(id);
  }

  settled(id: string): void {
    for (const wake of this.waiting.get(id) ?? []) wake();
  }

  @RepeatsEvery(250, 'http')
  async look(): Promise<void> {
    if (this.waiting.size === 0) return;
    for (const id of await this.orders.settled([...this.waiting.keys()])) this.settled(id);
  }
}
