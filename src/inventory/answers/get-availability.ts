import { Database } from '#libs/database';
import type { AnswerOf, QuestionOf } from '#libs/kernel';
import { Handles } from '#libs/messaging';
import { Injectable } from '@nestjs/common';
import { GetAvailability } from '../contract/index.js';

@Injectable()
export class GetAvailabilityAnswer {
  constructor(private readonly database: Database) {}

  /** SKUs without a stock row are available 0 times. */
  @Handles(GetAvailability)
  async answer({ skus }: QuestionOf<typeof GetAvailability>): Promise<AnswerOf<typeof GetAvailability>> {
    return this.database.query(
      `SELECT wanted.sku, coalesce(s.on_hand - s.reserved, 0) AS available
       FROM unnest($1::text[]) WITH ORDINALITY AS wanted (sku, position)
       LEFT JOIN inventory.stock s ON s.sku = wanted.sku ORDER BY wanted.position`,
      [skus],
    );
  }
}
