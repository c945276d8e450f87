import { forget } from '#libs/database';
import { Databases, RepeatsEvery } from '#libs/messaging';
import { Injectable, Logger } from '@nestjs/common';

const KEPT = "created_at < now() - interval '7 days'";

/** Idempotency keys are kept for 7 days and deleted in batches, in every module that has some. */
@Injectable()
export class ForgetOldKeys {
  private readonly logger = new Logger(ForgetOldKeys.name);

  constructor(private readonly databases: Databases) {}

  @RepeatsEvery(60_000)
  async forget(signal: AbortSignal): Promise<void> {
    for (const database of this.databases.all()) {
      await this.forgetOf(`${database.module}.idempotency_keys`, database, signal).catch((error: unknown) => {
        this.logger.debug(`Old keys of ${database.module} stay until the next time: ${String(error)}`);
      });
    }
  }

  private async forgetOf(table: string, database: ReturnType<Databases['of']>, signal: AbortSignal): Promise<void> {
    const [found] = await database.query<{ oid: string | null }>('SELECT to_regclass($1) AS oid', [table]);
    if (found?.oid) await forget(database, { table, key: 'created_at', where: KEPT }, signal);
  }
}
