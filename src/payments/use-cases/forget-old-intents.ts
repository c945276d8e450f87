import { Database, forget, olderThan } from '#libs/database';
import { RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';

/** A year and a month: longer than a provider takes back a payment, and a yearly account is closed by then. */
const KEPT = '400 days';
const ENDED =
  "status IN ('captured', 'declined', 'refunded') OR (status = 'cancelled' AND provider_status IS NOT NULL)";

/** Intents that have come to their end; one whose money is not settled is never forgotten. */
@Injectable()
export class ForgetOldIntents {
  constructor(private readonly database: Database) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    const where = `${olderThan('id', KEPT)} AND updated_at < now() - interval '${KEPT}' AND (${ENDED})`;
    await forget(this.database, { table: 'payments.intents', key: 'id', where }, signal);
    const books = `${olderThan('id', KEPT)}`;
    await forget(this.database, { table: 'payments.test_intents', key: 'id', where: books }, signal);
  }
}
