import type { Database } from '#libs/database';
import { Batcher, EVERYTHING_TWICE, failpoint, newId } from '#libs/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Broker } from './broker.js';
import type { Delivery } from './envelope.js';
import { MODULE_MAP, type ModuleMap } from './module-map.js';
import { markRelayed, type OutboxEntry } from './outbox.js';

/** Most messages one job carries. */
export const MESSAGES_PER_JOB = 200;
const MARKED_AFTER_MS = 500;
/** Under load, a subscriber gets a job this often at most, with all that has gathered in it. */
const PACE_MS = 10;
const BACKGROUND_PACE_MS = 250;

interface Outgoing {
  delivery: Delivery;
  database: Database;
}

/**
 * Takes committed messages to the broker at once, from memory: those that this process committed. What fails here, or is
 * left behind by a process that died, is the Sweeper's.
 */
@Injectable()
export class Relay {
  private readonly logger = new Logger(Relay.name);
  private readonly lanes = new Map<string, Batcher<Outgoing>>();
  private readonly marking = new Map<Database, Batcher<{ delivery: Delivery; jobId: string }>>();

  constructor(
    private readonly broker: Broker,
    @Inject(MODULE_MAP) private readonly map: ModuleMap,
  ) {}

  relay(database: Database, entries: readonly OutboxEntry[]): void {
    for (const { envelope, subscribers, delayMs } of entries) {
      if (delayMs > 0) continue; // the sweep takes it when it is due
      for (const subscriber of subscribers) {
        this.lane(subscriber)
          .add({ delivery: { envelope, subscriber }, database })
          .catch((error: unknown) => this.logger.debug(`Left to the sweep: ${envelope.name}: ${String(error)}`));
      }
    }
  }

  async drain(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.drain()));
    await Promise.all([...this.marking.values()].map((marks) => marks.drain()));
  }

  private lane(subscriber: string): Batcher<Outgoing> {
    let lane = this.lanes.get(subscriber);
    if (!lane) {
      lane = new Batcher<Outgoing>({
        name: `messages for ${subscriber}`,
        maxBatch: MESSAGES_PER_JOB,
        maxWaiting: 50_000,
        paceMs: this.map[subscriber]?.background ? BACKGROUND_PACE_MS : PACE_MS,
        flush: (items) => this.send(subscriber, items),
      });
      this.lanes.set(subscriber, lane);
    }
    return lane;
  }

  private async send(subscriber: string, items: Outgoing[]): Promise<undefined[]> {
    failpoint('relay.before-add');
    const id = newId();
    const data = { messages: items.map((item) => item.delivery.envelope) };
    await this.broker.add(subscriber, { id, data });
    if (EVERYTHING_TWICE) await this.broker.add(subscriber, { id: newId(), data });
    failpoint('relay.after-add');
    for (const { database, delivery } of items) {
      this.marks(database)
        .add({ delivery, jobId: id })
        .catch((error: unknown) => this.logger.debug(`Not marked as relayed: ${String(error)}`));
    }
    return [];
  }

  /** Marks late on purpose: by then most are acknowledged and gone, and there is nothing left to update. */
  private marks(database: Database) {
    let marks = this.marking.get(database);
    if (!marks) {
      marks = new Batcher<{ delivery: Delivery; jobId: string }>({
        name: 'relayed messages',
        maxBatch: 5_000,
        maxWaiting: 50_000,
        lingerMs: MARKED_AFTER_MS,
        flush: async (items) => {
          await markRelayed(database, items);
          return [];
        },
      });
      this.marking.set(database, marks);
    }
    return marks;
  }
}
