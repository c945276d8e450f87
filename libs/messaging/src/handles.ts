import type { Transaction } from '#libs/database';
import type { AnswerOf, Command, Event, Message, PayloadOf, Query, QuestionOf } from '#libs/kernel';
import { SetMetadata } from '@nestjs/common';

export const HANDLES = 'floodgate:handles';

export interface HandlesOptions {
  /** Takes up to this many messages in one transaction, as an array. */
  batch?: number;
  /**
   * Reaches out of the database (a payment provider, a mail server), so it runs outside of any transaction and commits
   * its outcome by `settle`. Messages run side by side, each on its own, and their job does not wait for them.
   */
  io?: boolean;
  /** Of an `io` handler: the peer it reaches out to, such as a provider's name. One that hangs holds up its own lane only. */
  laneOf?: (payload: never) => string;
  /** Attempts a message gets before it is parked as a dead letter; Infinity tries for ever. */
  attempts?: number;
  /** Wait before the second attempt, in ms; doubled for each further one, up to `longestBackoffMs`. */
  backoffMs?: number;
  /** Default: a minute. */
  longestBackoffMs?: number;
  /** Deadline of one run, in ms. */
  timeoutMs?: number;
}

/**
 * Commits the outcome of an `io` handler together with its inbox entry; does nothing if another run was first. `work`
 * shares its transaction with others and may be run again where one of them fails: it writes to `tx` and nothing else.
 */
export type Settle = (work: (tx: Transaction) => Promise<void>) => Promise<void>;

export interface HandlerMetadata {
  message: Message | Query;
  options: HandlesOptions;
}

type Handler<M, O extends HandlesOptions> = M extends Query
  ? (question: QuestionOf<M>) => Promise<AnswerOf<M>>
  : O extends { io: true }
    ? (payload: PayloadOf<M>, settle: Settle) => Promise<void>
    : O extends { batch: number }
      ? (payloads: PayloadOf<M>[], tx: Transaction) => Promise<void>
      : (payload: PayloadOf<M>, tx: Transaction) => Promise<void>;

/**
 * Marks the method that handles a message or answers a query in its module. For a command or an event the method runs
 * in one transaction with the inbox entry: its effect happens once, however often the message arrives. The compiler
 * holds the method to the message's payload.
 */
export function Handles<M extends Command | Event | Query, const O extends HandlesOptions = object>(
  message: M,
  options: O = {} as O,
) {
  return <T extends Handler<M, O>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>) => {
    SetMetadata(HANDLES, { message, options } satisfies HandlerMetadata)(target, key, descriptor);
  };
}
