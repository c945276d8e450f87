import { Database, forget } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';

/** Idempotency keys are kept for 7 days. */
@Injectable()
export class ForgetOldKeys {
  constructor(private readonly database: Database) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    const where = "created_at < now() - interval '7 days'";
    await forget(this.database, { table: 'orders.placements', key: 'created_at', where }, signal);
  }
}
