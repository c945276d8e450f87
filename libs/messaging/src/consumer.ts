import { type Database, isInfrastructureError, isTimeout } from '#libs/database';
import { AppError, bisect, failpoint, type Message, withDeadline } from '#libs/kernel';
import { inTrace } from '#libs/observability';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Acknowledgements } from './acknowledgements.js';
import { Broker, type JobData } from './broker.js';
import { Databases } from './databases.js';
import { Courtesy } from './courtesy.js';
import { park } from './dead-letters.js';
import type { Envelope } from './envelope.js';
import { countFailure } from './failures.js';
import { type FoundHandler, Handlers } from './handlers.js';
import type { HandlesOptions, Settle } from './handles.js';
import { enterInbox, inboxHas } from './inbox.js';
import { MODULE_MAP, type ModuleMap } from './module-map.js';
import { acknowledge } from './outbox.js';
import { type Settling, settlingIn } from './settling.js';

const DEFAULTS = { attempts: 5, backoffMs: 250, batch: 50, ioTimeoutMs: 15_000 };
const IO_AT_ONCE = 16;
/** A message that only the next version knows waits for that version: a rollout takes minutes, this some twenty. */
const UNKNOWN: HandlesOptions = { attempts: 30, backoffMs: 1_000 };

interface Run {
  module: string;
  database: Database;
  /** The job has failed before: some of its messages may have taken effect. */
  isRetry: boolean;
  /** Handled, absorbed by the inbox, or parked: the writer may forget these. */
  done: Envelope[];
  /** Some ran out of time, and come again with the job. */
  late?: unknown;
}

/** Works off one job of a module's queue. */
@Injectable()
export class Consumer {
  private readonly logger = new Logger(Consumer.name);
  private readonly settling = new Map<Database, Settling>();
  private readonly courtesy = new Courtesy();

  constructor(
    private readonly handlers: Handlers,
    private readonly databases: Databases,
    private readonly broker: Broker,
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
        await this.blame(run, undefined, envelope, new Error('No handler for it here.'));
      return;
    }
    const size = handler.options.io ? IO_AT_ONCE : (handler.options.batch ?? DEFAULTS.batch);
    for (let at = 0; at < envelopes.length; at += size) {
      const chunk = envelopes.slice(at, at + size);
      if (this.map[run.module]?.background) await this.courtesy.stepAside();
      if (handler.options.io) await this.reachOut(run, handler, chunk);
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
            const payloads = part.filter((envelope) => fresh.delete(envelope.id)).map((envelope) => read(handler, envelope));
            if (handler.options.batch && payloads.length > 0) await handler.run(payloads, tx);
            else for (const payload of payloads) await handler.run(payload, tx);
            failpoint('consumer.before-commit');
          }, { timeoutMs: handler.options.timeoutMs }); // prettier-ignore
        await inTrace(part.length === 1 ? part[0]?.traceparent : undefined, work);
        failpoint('consumer.after-commit');
        run.done.push(...part);
      },
      (envelope, error) => this.blame(run, handler, envelope, error),
      { isShared: isInfrastructureError, isTimeout },
    ).catch((error: unknown) => {
      if (!isTimeout(error)) throw error;
      run.late = error; // a lock that somebody holds stops its message, not those behind it
      this.logger.warn(`Some ${handler.message.name} ran out of time and come again: ${String(error)}`);
    });
  }

  /** Each on its own and outside of a transaction; the outcome is committed by `settle`. */
  private async reachOut(run: Run, handler: FoundHandler, envelopes: readonly Envelope[]): Promise<void> {
    const handled = await inboxHas(run.database, envelopes.map((envelope) => envelope.id)); // prettier-ignore
    const outcomes = await Promise.allSettled(
      envelopes.map(async (envelope) => {
        if (handled.has(envelope.id)) run.done.push(envelope);
        else await inTrace(envelope.traceparent, () => this.reachOutOnce(run, handler, envelope));
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async reachOutOnce(run: Run, handler: FoundHandler, envelope: Envelope): Promise<void> {
    const settle: Settle = async (work) => {
      const error = await this.settlingOf(run.database).add({ id: envelope.id, work });
      if (error) throw error;
    };
    try {
      const timeoutMs = handler.options.timeoutMs ?? DEFAULTS.ioTimeoutMs;
      await withDeadline(envelope.name, timeoutMs, handler.run(read(handler, envelope), settle));
      run.done.push(envelope);
    } catch (error) {
      if (isInfrastructureError(error)) throw error;
      await this.blame(run, handler, envelope, error);
    }
  }

  private settlingOf(database: Database): Settling {
    let settling = this.settling.get(database);
    if (!settling) {
      settling = settlingIn(database);
      this.settling.set(database, settling);
    }
    return settling;
  }

  /** A message's own error: it comes again alone and later, or is parked. Its neighbours are none the wiser. */
  private async blame(run: Run, handler: FoundHandler | undefined, envelope: Envelope, error: unknown): Promise<void> {
    const { attempts = DEFAULTS.attempts, backoffMs = DEFAULTS.backoffMs } = handler?.options ?? UNKNOWN;
    const failure = await countFailure(run.database, envelope.id, backoffMs);
    if (!failure) return; // a resend: the retry that is scheduled already will tell
    if (failure.attempts < attempts && !isFinal(error)) {
      this.logger.warn(`${envelope.name} ${envelope.id} failed, ${failure.attempts} of ${attempts}: ${String(error)}`);
      const id = `${envelope.id}-${failure.attempts}`;
      await this.broker.add(run.module, { id, data: { messages: [envelope] }, delayMs: failure.retryAfterMs });
      return;
    }
    this.logger.error(`${envelope.name} ${envelope.id} is parked as a dead letter: ${String(error)}`);
    await park(run.database, envelope, error, failure.attempts);
    run.done.push(envelope);
  }
}

/** The same input would be refused again; but what is overloaded or away now may be there later. */
function isFinal(error: unknown): boolean {
  return error instanceof AppError && error.status < 500;
}

function read(handler: FoundHandler, envelope: Envelope): unknown {
  return (handler.message as Message).schema.parse(envelope.payload);
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
