import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { GetOrder } from '../contract/index.js';
import { OrderStore } from '../store/order-store.js';

@Injectable()
export class GetOrderAnswer {
  constructor(private readonly orders: OrderStore) {}

  @Handles(GetOrder)
  async answer({ orderId }: QuestionOf<typeof GetOrder>): Promise<AnswerOf<typeof GetOrder>> {
    return (await this.orders.find(orderId)) ?? null;
  }
}
