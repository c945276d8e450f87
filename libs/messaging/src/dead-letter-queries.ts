import type { Database } from '#libs/database';
import { query } from '#libs/kernel';
import { z } from 'zod';
import { DeadLetter, discard, listDeadLetters, replay } from './dead-letters.js';
import type { Handlers } from './handlers.js';
import type { Relay } from './relay.js';

/** A question may arrive twice: `request`, made by who asks, tells a repeat from a second wish. */
const one = { question: z.object({ id: z.uuid(), request: z.uuid().optional() }), answer: DeadLetter.nullable() };

/**
 * How others reach a module's dead letters, which lie in its own schema and perhaps in another process. Replaying and
 * discarding are asked too, not sent: who asks wants to know whether the letter was there.
 */
export function deadLetterQueries(module: string) {
  return {
    list: query(`${module}.list-dead-letters`, {
      question: z.object({
        message: z.string().optional(),
        after: z.uuid().optional(),
        limit: z.int().min(1).max(101),
      }),
      answer: z.array(DeadLetter),
    }),
    replay: query(`${module}.replay-dead-letter`, one),
    discard: query(`${module}.discard-dead-letter`, one),
  };
}

/** Answers them for a module hosted here. */
export function answerForDeadLetters(handlers: Handlers, database: Database, relay: Relay): void {
  const queries = deadLetterQueries(database.module);
  handlers.answer(queries.list, (question) => listDeadLetters(database, question));
  handlers.answer(queries.replay, ({ id, request }) => replay(database, relay, id, request));
  handlers.answer(queries.discard, ({ id, request }) => discard(database, id, request));
}
