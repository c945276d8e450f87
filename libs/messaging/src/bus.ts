import type { Database, Transaction } from '#libs/database';
import {
  type AnswerOf,
  AppError,
  type Command,
  type Event,
  type Message,
  ownerOf,
  type PayloadOf,
  type Query,
  type QuestionOf,
  withDeadline,
} from '#libs/kernel';
import { currentTrace } from '#libs/observability';
import { seal } from './envelope.js';
import type { Handlers } from './handlers.js';
import { type ModuleMap, subscribersOf } from './module-map.js';
import { appendToOutbox, type OutboxEntry } from './outbox.js';
import type { Relay } from './relay.js';

const ASK_DEADLINE_MS = 3_000;

export interface SendOptions {
  /** Not to be delivered before this many ms have passed. */
  delayMs?: number;
}

/** How a module talks: `ask` a query, `send` a command, `publish` an event. */
export class Bus {
  private readonly outgoing = new WeakMap<Transaction, OutboxEntry[]>();

  constructor(
    private readonly database: Database,
    private readonly map: ModuleMap,
    private readonly handlers: Handlers,
    private readonly relay: Relay,
  ) {}

  /**
   * Asks the module that owns the query. Question and answer pass through their schemas even in one process, so no live
   * reference leaks and a split changes nothing. Throws AppError of the answering module, DeadlineExceeded after 3 s.
   */
  async ask<Q extends Query>(query: Q, question: QuestionOf<Q>): Promise<AnswerOf<Q>> {
    const handler = this.handlers.of(ownerOf(query), query.name);
    if (!handler)
      throw new AppError('bus.unreachable', `${ownerOf(query)} cannot be reached.`, { status: 503, retryAfter: 1 });
    const asked = query.question.parse(question);
    const answer = await withDeadline(query.name, ASK_DEADLINE_MS, handler.run(asked));
    return query.answer.parse(answer) as AnswerOf<Q>;
  }

  /** Sends a command to its one receiver, with the transaction: when it commits, the command will arrive. */
  send<C extends Command>(tx: Transaction, command: C, payload: PayloadOf<C>, options: SendOptions = {}): void {
    this.enqueue(tx, command, payload, options.delayMs ?? 0);
  }

  /** Publishes an event to whoever hears it, with the transaction. */
  publish<E extends Event>(tx: Transaction, event: E, payload: PayloadOf<E>): void {
    this.enqueue(tx, event, payload, 0);
  }

  private enqueue(tx: Transaction, message: Message, payload: unknown, delayMs: number): void {
    const envelope = seal(message, this.database.module, message.schema.parse(payload), currentTrace());
    const entry = { envelope, subscribers: subscribersOf(this.map, message), delayMs };
    const entries = this.outgoing.get(tx);
    if (entries) entries.push(entry);
    else this.open(tx, entry);
  }

  /** All messages of a transaction go into its outbox in one statement, and to the broker together. */
  private open(tx: Transaction, first: OutboxEntry): void {
    const entries = [first];
    this.outgoing.set(tx, entries);
    tx.beforeCommit(() => appendToOutbox(tx, this.database.module, entries));
    tx.afterCommit(() => this.relay.relay(this.database, entries));
  }
}
