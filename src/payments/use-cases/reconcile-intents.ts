import { Database } from '#libs/database';
import { Bus, RepeatsEvery } from '#libs/messaging';
import { countDifference } from '#libs/observability';
import { Injectable, Logger } from '@nestjs/common';
import { CheckPayment, PayBack } from '../contract/private.js';
import { type Intent, IntentStore } from '../store/intent-store.js';

const AT_ONCE = 200;

/**
 * Asks again where money is not settled and nobody seems to ask any more: the message was parked, or discarded. At most
 * one message of ours is on its way for an intent, however long its provider is away.
 */
@Injectable()
export class ReconcileIntents {
  private readonly logger = new Logger(ReconcileIntents.name);

  constructor(
    private readonly database: Database,
    private readonly intents: IntentStore,
    private readonly bus: Bus,
  ) {}

  @RepeatsEvery(10_000)
  async heal(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const unsettled = await this.intents.unsettled(tx, AT_ONCE);
      if (unsettled.length === 0) return;
      const messages = unsettled.map((intent) => {
        countDifference('payments', `unsettled-${intent.status}`);
        const { order_id: orderId } = intent;
        if (intent.status === 'refunding') return this.bus.send(tx, PayBack, { orderId });
        return this.bus.send(tx, CheckPayment, { orderId, method: intent.method ?? '', amount: amountOf(intent) });
      });
      await this.intents.noteReconciled(tx, unsettled.map(({ id }) => id), messages); // prettier-ignore
      this.logger.warn(`${unsettled.length} payments were not settled for minutes; their providers are asked again.`);
    });
  }
}

function amountOf({ amount, currency }: Intent) {
  return { amount: Number(amount), currency: currency ?? '' };
}
