import type { Database } from '#libs/database';
import { newId } from '#libs/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Broker } from './broker.js';
import { hasQueue, MODULE_MAP, type ModuleMap } from './module-map.js';
import { claimDue, type DueJob, unclaim } from './outbox.js';
import { MESSAGES_PER_JOB } from './relay.js';

/**
 * Sends what is due in the outboxes: what the Relay did not get to the broker, what another process left behind, what
 * came to nothing. Each module's outbox is swept on its own, so that one whose database is away holds up no other.
 */
@Injectable()
export class Sweeper {
  private readonly logger = new Logger(Sweeper.name);
  private readonly finished = new Map<string, number>();
  private readonly known: readonly string[];

  constructor(
    private readonly broker: Broker,
    @Inject(MODULE_MAP) map: ModuleMap,
  ) {
    this.known = Object.keys(map).filter((name) => hasQueue(map, name));
  }

  async sweep(database: Database, signal: AbortSignal): Promise<void> {
    while ((await this.sendDue(database, signal)) >= MESSAGES_PER_JOB);
    this.finished.set(database.module, Date.now());
  }

  /** Seconds since a sweep of this module's outbox came to its end; undefined where none has. */
  ageOf(module: string): number | undefined {
    const at = this.finished.get(module);
    return at === undefined ? undefined : (Date.now() - at) / 1_000;
  }

  /** Answers how many messages were due. What a signal cuts off, or the broker does not take, is due again at once. */
  private async sendDue(database: Database, signal: AbortSignal): Promise<number> {
    const jobs = await claimDue(database, { freshJobId: newId(), limit: MESSAGES_PER_JOB, subscribers: this.known });
    const unsent: DueJob[] = [];
    for (const job of jobs) {
      const isStuck = unsent.some(({ subscriber }) => subscriber === job.subscriber);
      if (signal.aborted || isStuck || !(await this.send(job))) unsent.push(job);
    }
    if (unsent.length > 0) await unclaim(database, unsent);
    return unsent.length > 0 ? 0 : jobs.reduce((sum, job) => sum + job.envelopes.length, 0);
  }

  private async send({ subscriber, jobId, envelopes }: DueJob): Promise<boolean> {
    try {
      await this.broker.add(subscriber, { id: jobId, data: { messages: envelopes } });
      return true;
    } catch (error) {
      this.logger.debug(`Left for the next sweep: ${envelopes.length} for ${subscriber}: ${String(error)}`);
      return false;
    }
  }
}
