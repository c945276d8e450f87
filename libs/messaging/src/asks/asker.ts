import { type AnswerOf, EVERYTHING_TWICE, ownerOf, type Query, type QuestionOf, withDeadline } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { Handlers } from '../handlers.js';
import { Remotes } from './remotes.js';
import { unreachable } from './wire.js';

/** A question has this long for everything: waiting, its way, retries. */
const ASK_DEADLINE_MS = 3_000;
/** Less than a call from another process takes at most: one that is slow must not cost its company their answers. */
const ANSWER_DEADLINE_MS = 2_000;

/** Asks the module that owns a query: in this process where it is hosted here, else over the network. */
@Injectable()
export class Asker {
  constructor(
    private readonly handlers: Handlers,
    private readonly remotes: Remotes,
  ) {}

  /**
   * Question and answer pass through their schemas even in one process, so no live reference leaks and a split changes
   * nothing. Throws AppError of the answering module, `bus.unreachable` (503), DeadlineExceeded after 3 s.
   */
  async ask<Q extends Query>(query: Q, question: QuestionOf<Q>): Promise<AnswerOf<Q>> {
    if (EVERYTHING_TWICE) await this.askOnce(query, question);
    return this.askOnce(query, question);
  }

  /** Whether a query is answered in this process. */
  answers(query: string): boolean {
    return this.handlers.of(ownerOf({ name: query }), query) !== undefined;
  }

  /** Answers what another process asks a module hosted here. */
  async answer(name: string, question: unknown): Promise<unknown> {
    const module = ownerOf({ name });
    const handler = this.handlers.of(module, name);
    if (!handler) throw unreachable(module, `${name} is not answered here.`);
    return this.hold(handler.message as Query, question, handler.run, ANSWER_DEADLINE_MS);
  }

  private async askOnce<Q extends Query>(query: Q, question: QuestionOf<Q>): Promise<AnswerOf<Q>> {
    const module = ownerOf(query);
    const here = this.handlers.of(module, query.name);
    const answering = here?.run ?? ((asked: unknown) => this.remotes.of(module).ask(query.name, asked));
    return (await this.hold(query, question, answering, ASK_DEADLINE_MS)) as AnswerOf<Q>;
  }

  /** Holds question and answer to the query's schemas, and the answering to its deadline. */
  private async hold(
    query: Query,
    question: unknown,
    answering: (asked: unknown) => Promise<unknown>,
    deadlineMs: number,
  ) {
    const asked = query.question.parse(question);
    return query.answer.parse(await withDeadline(query.name, deadlineMs, answering(asked)));
  }
}
