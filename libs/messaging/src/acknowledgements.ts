import { Batcher, newId } from '#libs/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { Broker } from './broker.js';
import type { Envelope } from './envelope.js';

/** Nobody waits for these, so they may wait for each other. */
const PACE_MS = 1_000;

/**
 * Tells the writers of messages, in batches, that a subscriber is done with them. A lost one costs a resend, which the
 * inbox absorbs and acknowledges again.
 */
@Injectable()
export class Acknowledgements {
  private readonly logger = new Logger(Acknowledgements.name);
  private readonly lanes = new Map<string, Batcher<{ subscriber: string; id: string }>>();

  constructor(private readonly broker: Broker) {}

  add(subscriber: string, envelopes: readonly Envelope[]): void {
    for (const { from, id } of envelopes) {
      this.lane(from)
        .add({ subscriber, id })
        .catch((error: unknown) =>
          this.logger.debug(`An acknowledgement is lost and will be repeated: ${String(error)}`),
        );
    }
  }

  async drain(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.drain()));
  }

  private lane(writer: string) {
    let lane = this.lanes.get(writer);
    if (!lane) {
      lane = new Batcher<{ subscriber: string; id: string }>({
        name: `acknowledgements for ${writer}`,
        maxBatch: 2_000,
        maxWaiting: 50_000,
        paceMs: PACE_MS,
        flush: async (items) => {
          await this.broker.add(writer, { id: newId(), data: { acknowledged: bySubscriber(items) } });
          return [];
        },
      });
      this.lanes.set(writer, lane);
    }
    return lane;
  }
}

function bySubscriber(items: readonly { subscriber: string; id: string }[]) {
  const ids = new Map<string, string[]>();
  for (const { subscriber, id } of items) {
    const list = ids.get(subscriber);
    if (list) list.push(id);
    else ids.set(subscriber, [id]);
  }
  return [...ids].map(([subscriber, list]) => ({ subscriber, ids: list }));
}
