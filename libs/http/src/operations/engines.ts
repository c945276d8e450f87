import type { Database } from '#libs/database';
import { Databases, Deliveries, MODULE_MAP, type ModuleMap, QUEUE_ENGINE, type QueueEngine } from '#libs/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type HealthIndicatorFunction, type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { EngineState } from './engine-state.js';

/**
 * A database that restarts or fails over is back by then. Until then a process stays where it is: its callers get a 503
 * of ours with Retry-After, and no balancer is left without any process at all.
 */
const PATIENCE_MS = 10_000;

/** What this process runs on, each with its state, known at once however an engine hangs. */
@Injectable()
export class Engines implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly states: EngineState[] = [];

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly databases: Databases,
    private readonly deliveries: Deliveries,
    @Inject(QUEUE_ENGINE) private readonly queue: QueueEngine,
    @Inject(MODULE_MAP) private readonly map: ModuleMap,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const database of this.databases.all()) {
      const isNeeded = !this.map[database.module]?.background;
      this.states.push(new EngineState(`postgres.${database.module}`, isNeeded, () => stateOf(database)));
    }
    // Orders are taken without queues: their messages wait in the outboxes.
    this.states.push(new EngineState('queue', false, () => this.askQueue()));
    await Promise.all(this.states.map((state) => state.start()));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.states.map((state) => state.stop()));
  }

  checks(): HealthIndicatorFunction[] {
    const engines = this.states.map((state) => async () => this.indicate(state));
    return this.deliveries.isDelivering ? [...engines, async () => this.indicateDelivery()] : engines;
  }

  private indicate(state: EngineState): HealthIndicatorResult {
    const session = this.indicators.check(state.name);
    if (state.awayMs === undefined) return session.up(state.said);
    const isGivenUp = state.isNeeded && state.awayMs > PATIENCE_MS;
    return isGivenUp ? session.down(state.said) : session.degraded(state.said);
  }

  /** Messages that stand still are delivered late: told, and no reason to take no orders. */
  private indicateDelivery(): HealthIndicatorResult {
    const session = this.indicators.check('delivery');
    const late = this.deliveries.late();
    return Object.keys(late).length === 0 ? session.up() : session.degraded({ late });
  }

  private async askQueue(): Promise<Record<string, unknown>> {
    await this.queue.ping();
    return { engine: this.queue.kind };
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
