import { Database } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';

const AT_ONCE = 5_000;

/** Idempotency keys are kept for 7 days and deleted in batches. */
@Injectable()
export class ForgetOldKeys {
  constructor(private readonly database: Database) {}

  @RepeatsEvery(60_000)
  async forget(): Promise<void> {
    await this.database.query(
      `DELETE FROM orders.placements WHERE (bucket, caller, key) IN (
         SELECT bucket, caller, key FROM orders.placements WHERE created_at < now() - interval '7 days' LIMIT ${AT_ONCE})`,
    );
  }
}
