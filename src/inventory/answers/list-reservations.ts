import { Database } from '#libs/database';
import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { ListReservations } from '../contract/index.js';
import { statusesOf } from '../store/reservation-store.js';

@Injectable()
export class ListReservationsAnswer {
  constructor(private readonly database: Database) {}

  @Handles(ListReservations)
  answer({ orderIds }: QuestionOf<typeof ListReservations>): Promise<AnswerOf<typeof ListReservations>> {
    return statusesOf(this.database, orderIds);
  }
}
