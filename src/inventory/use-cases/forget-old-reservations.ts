import { Database, forget, olderThan } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';

/** Refused and released ones hold nothing; as tombstones they outlive any message that may still be on its way. */
const KEPT = '30 days';

/** A committed reservation stays: a late return puts its lines back. */
@Injectable()
export class ForgetOldReservations {
  constructor(private readonly database: Database) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    const where = `status IN ('refused', 'released') AND ${olderThan('order_id', KEPT)} AND updated_at < now() - interval '${KEPT}'`;
    await forget(this.database, { table: 'inventory.reservations', key: 'order_id', where }, signal);
  }
}
