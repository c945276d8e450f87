import { type Database, isInfrastructureError, isTimeout } from '#libs/database';
import { bisect, failpoint } from '#libs/kernel';
import { inTrace } from '#libs/observability';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Acknowledgements } from './acknowledgements.js';
import { Blame } from './blame.js';
import type { JobData } from './broker.js';
import { Databases } from './databases.js';
import { Courtesy } from './courtesy.js';
import type { Envelope } from './envelope.js';
import { type FoundHandler, Handlers, readPayload } from './handlers.js';
import { enterInbox, inboxHas } from './inbox.js';
import { MODULE_MAP, type ModuleMap } from './module-map.js';
import { acknowledge } from './outbox.js';
import { Outreach } from './outreach.js';

const BATCH = 50;

interface Run {
  module: string;
  database: Database;
  /** The job has failed before: some of its messages may have taken effect. */
  isRetry: boolean;
  /** Handled, absorbed by the inbox, or parked: the writer may forget these. */
  done: Envelope[];
  /** Some ran out of time, and come again with the job. */
  late?: Error;
}

/** Works off one job of a module's queue. */
@Injectable()
export class Consumer {
  private readonly logger = new Logger(Consumer.name);
  private readonly courtesy = new Courtesy();

  constructor(
    private readonly handlers: Handlers,
    private readonly databases: Databases,
    private readonly blame: Blame,
    private readonly outreach: Outreach,
    private readonly acknowledgements: Acknowledgements,
    @Inject(MODULE_MAP) private readonly map: ModuleMap,
  ) {}

  /** Rejects only where the infrastructure is to blame; the job then comes again. */
  async process(module: string, data: JobData, { isRetry = false } = {}): Promise<void> {
    const database = this.databases.of(module);
    if ('acknowledged' in data) {
      for (const { subscriber, ids } of data.acknowledged) await acknowledge(database, subscriber, ids);
      return;
    }
    const run: Run = { module, database, isRetry, done: [] };
    try {
      for (const [name, envelopes] of groupBy(data.messages, (envelope) => envelope.name)) {
        await this.handle(run, this.handlers.of(module, name), envelopes);
      }
      if (run.late) throw run.late;
    } finally {
      failpoint('consumer.before-acknowledge');
      this.acknowledgements.add(module, run.done);
    }
  }

  private async handle(run: Run, handler: FoundHandler | undefined, envelopes: Envelope[]): Promise<void> {
    if (!handler) {
      for (const envelope of envelopes)
        await this.accuse(run, undefined, envelope, new Error('No handler for it here.'));
      return;
    }
    const size = handler.options.batch ?? BATCH;
    for (let at = 0; at < envelopes.length; at += size) {
      const chunk = envelopes.slice(at, at + size);
      if (this.map[run.module]?.background) await this.courtesy.stepAside();
      if (handler.options.io) await this.outreach.take(run.database, handler, chunk);
      else await this.apply(run, handler, chunk);
    }
  }

  /**
   * Inbox entries and effects of all of them in one transaction; halved until they are done in time, or a message's own
   * error stands alone. On a retry those that took effect are left out, so that they need not share their time again.
   */
  private async apply(run: Run, handler: FoundHandler, envelopes: readonly Envelope[]): Promise<void> {
    const handled = run.isRetry ? await inboxHas(run.database, envelopes.map(({ id }) => id)) : new Set(); // prettier-ignore
    run.done.push(...envelopes.filter(({ id }) => handled.has(id)));
    await bisect(
      envelopes.filter(({ id }) => !handled.has(id)),
      async (part) => {
        const work = () =>
          run.database.transaction(async (tx) => {
            const fresh = await enterInbox(tx, run.module, part.map((envelope) => envelope.id)); // prettier-ignore
            const payloads = part.filter((envelope) => fresh.delete(envelope.id)).map((envelope) => readPayload(handler, envelope));
            if (handler.options.batch && payloads.length > 0) await handler.run(payloads, tx);
            else for (const payload of payloads) await handler.run(payload, tx);
            failpoint('consumer.before-commit');
          }, { timeoutMs: handler.options.timeoutMs }); // prettier-ignore
        await inTrace(part.length === 1 ? part[0]?.traceparent : undefined, work);
        failpoint('consumer.after-commit');
        run.done.push(...part);
      },
      (envelope, error) => this.accuse(run, handler, envelope, error),
      { isShared: isInfrastructureError, isTimeout },
    ).catch((error: unknown) => {
      if (!isTimeout(error) || !(error instanceof Error)) throw error;
      run.late = error; // a lock that somebody holds stops its message, not those behind it
      this.logger.warn(`Some ${handler.message.name} ran out of time and come again: ${String(error)}`);
    });
  }

  private async accuse(run: Run, handler: FoundHandler | undefined, envelope: Envelope, error: unknown): Promise<void> {
    if (await this.blame.take(run.database, handler, envelope, error)) run.done.push(envelope);
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
