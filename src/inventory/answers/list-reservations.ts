import { Database } from '#libs/database';
import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ListReservations } from '../contract/index.js';

@Injectable()
export class ListReservationsAnswer {
  constructor(private readonly database: Database) {}

  @Handles(ListReservations)
  async answer({ orderIds }: QuestionOf<typeof ListReservations>): Promise<AnswerOf<typeof ListReservations>> {
    return this.database.query(
      'SELECT order_id AS "orderId", status FROM inventory.reservations WHERE order_id = ANY($1)',
      [orderIds],
    );
  }
}
