import { Databases, RepeatsEvery } from '#libs/messaging';
import { Injectable } from '@nestjs/common';

const AT_ONCE = 5_000;

/** Idempotency keys are kept for 7 days and deleted in batches, in every module that has some. */
@Injectable()
export class ForgetOldKeys {
  constructor(private readonly databases: Databases) {}

  @RepeatsEvery(60_000)
  async forget(): Promise<void> {
    for (const database of this.databases.all()) {
      const table = `${database.module}.idempotency_keys`;
      const [found] = await database.query<{ oid: string | null }>('SELECT to_regclass($1) AS oid', [table]);
      if (!found?.oid) continue;
      await database.query(
        `DELETE FROM ${table} WHERE (scope, key) IN (
           SELECT scope, key FROM ${table} WHERE created_at < now() - interval '7 days' LIMIT ${AT_ONCE})`,
      );
    }
  }
}
