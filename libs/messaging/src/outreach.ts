import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, isInfrastructureError } from '#libs/database';
import { DeadlineExceeded, withDeadline } from '#libs/kernel';
import { inTrace } from '#libs/observability';
import { Injectable } from '@nestjs/common';
import { Acknowledgements } from './acknowledgements.js';
import { Blame } from './blame.js';
import { Broker } from './broker.js';
import type { Envelope } from './envelope.js';
import { type FoundHandler, readPayload } from './handlers.js';
import type { Settle } from './handles.js';
import { inboxHas } from './inbox.js';
import { Lane } from './lane.js';
import { type Settling, settlingIn } from './settling.js';

const IO_TIMEOUT_MS = 15_000;
/** Where a lane is full, what did not fit comes again after this long. */
const AGAIN_AFTER_MS = 2_000;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Runs `io` handlers, which reach out of the database, in lanes: one for each message and peer. A job is done when its
 * messages are in their lanes; they are acknowledged one by one, once the outcome of each is committed. What a process
 * had in its lanes when it ended is sent again, as it was not acknowledged.
 */
@Injectable()
export class Outreach {
  private readonly lanes = new Map<string, Lane>();
  private readonly settling = new Map<Database, Settling>();
  private readonly inHand = new Set<string>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly acknowledgements: Acknowledgements,
    private readonly broker: Broker,
    private readonly blame: Blame,
  ) {}

  async take(database: Database, handler: FoundHandler, envelopes: readonly Envelope[]): Promise<void> {
    const handled = await inboxHas(database, envelopes.map(({ id }) => id)); // prettier-ignore
    this.acknowledgements.add(database.module, envelopes.filter(({ id }) => handled.has(id))); // prettier-ignore
    const fresh = envelopes.filter(({ id }) => !handled.has(id) && !this.inHand.has(id));
    const left = fresh.filter((envelope) => !this.enter(database, handler, envelope));
    const [first] = left;
    if (!first) return;
    await this.broker.add(database.module, { id: `${first.id}-again`, data: { messages: left }, delayMs: AGAIN_AFTER_MS }); // prettier-ignore
  }

  /** Waits for what is on its way, and lets the rest be sent again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.lanes.values()].map((lane) => lane.stop()));
    await Promise.all([...this.settling.values()].map((settling) => settling.drain()));
  }

  private enter(database: Database, handler: FoundHandler, envelope: Envelope): boolean {
    if (this.stopping.signal.aborted) return true; // not acknowledged, so it is sent again
    this.inHand.add(envelope.id);
    const entered = this.laneOf(handler, envelope).add(async () => {
      try {
        await this.untilKnown(database, handler, envelope);
      } finally {
        this.inHand.delete(envelope.id);
      }
    });
    if (!entered) this.inHand.delete(envelope.id);
    return entered;
  }

  /** While the infrastructure is to blame it tries again, as a job would. */
  private async untilKnown(database: Database, handler: FoundHandler, envelope: Envelope): Promise<void> {
    const { signal } = this.stopping;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        await inTrace(envelope.traceparent, () => this.reachOut(database, handler, envelope));
        this.acknowledgements.add(database.module, [envelope]);
        return;
      } catch (error) {
        const isOurs = isInfrastructureError(error) && !(error instanceof DeadlineExceeded); // the peer hangs
        const blamed = isOurs ? undefined : this.blame.take(database, handler, envelope, error);
        const isParked = await blamed?.catch(() => undefined);
        if (isParked) this.acknowledgements.add(database.module, [envelope]);
        if (isParked !== undefined) return;
      }
      await sleep(Math.min(50 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS), undefined, { signal }).catch(() => undefined); // prettier-ignore
    }
  }

  private async reachOut(database: Database, handler: FoundHandler, envelope: Envelope): Promise<void> {
    const settle: Settle = async (work) => {
      const error = await this.settlingOf(database).add({ id: envelope.id, work });
      if (error) throw error;
    };
    const timeoutMs = handler.options.timeoutMs ?? IO_TIMEOUT_MS;
    await withDeadline(envelope.name, timeoutMs, handler.run(readPayload(handler, envelope), settle));
  }

  private laneOf({ options }: FoundHandler, { name, payload }: Envelope): Lane {
    const key = `${name} ${options.laneOf?.(payload as never) ?? ''}`;
    let lane = this.lanes.get(key);
    if (!lane) {
      lane = new Lane();
      this.lanes.set(key, lane);
    }
    return lane;
  }

  private settlingOf(database: Database): Settling {
    let settling = this.settling.get(database);
    if (!settling) {
      settling = settlingIn(database);
      this.settling.set(database, settling);
    }
    return settling;
  }
}
