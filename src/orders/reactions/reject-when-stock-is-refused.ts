import type { Transaction } from '#libs/database';
import type { PayloadOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { StockRefused } from '../../inventory/contract/index.js';
import { EndOrder } from '../use-cases/end-order.js';

@Injectable()
export class RejectWhenStockIsRefused {
  constructor(private readonly end: EndOrder) {}

  @Handles(StockRefused, { batch: 200 })
  async react(events: PayloadOf<typeof StockRefused>[], tx: Transaction): Promise<void> {
    await this.end.reject(tx, events.map(({ orderId }) => orderId), 'out-of-stock'); // prettier-ignore
  }
}
