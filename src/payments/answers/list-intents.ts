import { Database } from '#libs/database';
import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ListIntents } from '../contract/index.js';

@Injectable()
export class ListIntentsAnswer {
  constructor(private readonly database: Database) {}

  @Handles(ListIntents)
  async answer({ orderIds }: QuestionOf<typeof ListIntents>): Promise<AnswerOf<typeof ListIntents>> {
    return this.database.query('SELECT order_id AS "orderId", status FROM payments.intents WHERE order_id = ANY($1)', [
      orderIds,
    ]);
  }
}
