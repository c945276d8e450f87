import type { Database, Transaction } from '#libs/database';
import type { AnswerOf, Command, Event, Message, PayloadOf, Query, QuestionOf } from '#libs/kernel';
import { currentContext } from '#libs/observability';
import type { Asker } from './asks/asker.js';
import { seal } from './envelope.js';
import { type ModuleMap, subscribersOf } from './module-map.js';
import { appendToOutbox, type OutboxEntry } from './outbox.js';
import type { Relay } from './relay.js';

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
    private readonly asker: Asker,
    private readonly relay: Relay,
  ) {}

  /** Asks the module that owns the query: see Asker. */
  ask<Q extends Query>(query: Q, question: QuestionOf<Q>): Promise<AnswerOf<Q>> {
    return this.asker.ask(query, question);
  }

  /**
   * Sends a command to its one receiver, with the transaction: when it commits, the command will arrive. Answers the
   * message's id: while it is not acknowledged, `deliveries` has a row of it.
   */
  send<C extends Command>(tx: Transaction, command: C, payload: PayloadOf<C>, options: SendOptions = {}): string {
    return this.enqueue(tx, command, payload, options.delayMs ?? 0);
  }

  /** Publishes an event to whoever hears it, with the transaction. */
  publish<E extends Event>(tx: Transaction, event: E, payload: PayloadOf<E>): void {
    this.enqueue(tx, event, payload, 0);
  }

  private enqueue(tx: Transaction, message: Message, payload: unknown, delayMs: number): string {
    const envelope = seal(message, this.database.module, message.schema.parse(payload), currentContext()?.traceparent);
    const entry = { envelope, subscribers: subscribersOf(this.map, message), delayMs };
    const entries = this.outgoing.get(tx);
    if (entries) entries.push(entry);
    else this.open(tx, entry);
    return envelope.id;
  }

  /** All messages of a transaction go into its outbox in one statement, and to the broker together. */
  private open(tx: Transaction, first: OutboxEntry): void {
    const entries = [first];
    this.outgoing.set(tx, entries);
    tx.beforeCommit(() => appendToOutbox(tx, this.database.module, entries));
    tx.afterCommit(() => this.relay.relay(this.database, entries));
  }
}
