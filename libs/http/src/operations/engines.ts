import type { Database } from '#libs/database';
import { Databases, QUEUE_ENGINE, type QueueEngine } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';
import {
  type HealthCheckAttempt,
  type HealthIndicatorFunction,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';

const DEADLINE_MS = 3_000;
/** However often one asks, the engines are asked once a second: the endpoint is open to everyone. */
const KEEP_MS = 1_000;

/** What this process runs on, each with its state. */
@Injectable()
export class Engines {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly databases: Databases,
    @Inject(QUEUE_ENGINE) private readonly queue: QueueEngine,
  ) {}

  checks(): (HealthCheckAttempt | HealthIndicatorFunction)[] {
    return [
      ...this.databases.all().map((database) => this.check(`postgres.${database.module}`, () => stateOf(database))),
      () => this.checkQueue(),
    ];
  }

  /** Without it orders are taken all the same: their messages wait in the outboxes. */
  private async checkQueue(): Promise<HealthIndicatorResult> {
    const engine = this.queue.kind;
    const result = await this.check('queue', async () => {
      await this.queue.ping();
      return { engine };
    });
    if (result.queue?.status !== 'down') return result;
    return this.indicators.check('queue').degraded({ engine, message: String(result.queue['message'] ?? 'away') });
  }

  private check(name: string, ask: () => Promise<Record<string, unknown>>): HealthCheckAttempt {
    return this.indicators.check(name).attempt(ask).withTimeout(DEADLINE_MS).cacheFor(KEEP_MS);
  }
}

/** Its version, and the settings that decide whether an accepted order can be lost. */
async function stateOf(database: Database): Promise<Record<string, unknown>> {
  const [state] = await database.query<Record<string, unknown>>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
            current_setting('full_page_writes') AS "fullPageWrites",
            current_setting('synchronous_commit') AS "synchronousCommit"`,
  );
  return state ?? {};
}
