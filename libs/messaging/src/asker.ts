import { type AnswerOf, AppError, ownerOf, type Query, type QuestionOf, withDeadline } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { Handlers } from './handlers.js';

const ASK_DEADLINE_MS = 3_000;

/** Asks the module that owns a query. */
@Injectable()
export class Asker {
  constructor(private readonly handlers: Handlers) {}

  /**
   * Question and answer pass through their schemas even in one process, so no live reference leaks and a split changes
   * nothing. Throws AppError of the answering module, DeadlineExceeded after 3 s.
   */
  async ask<Q extends Query>(query: Q, question: QuestionOf<Q>): Promise<AnswerOf<Q>> {
    const handler = this.handlers.of(ownerOf(query), query.name);
    if (!handler) {
      throw new AppError('bus.unreachable', `${ownerOf(query)} cannot be reached.`, { status: 503, retryAfter: 1 });
    }
    const asked = query.question.parse(question);
    const answer = await withDeadline(query.name, ASK_DEADLINE_MS, handler.run(asked));
    return query.answer.parse(answer) as AnswerOf<Q>;
  }
}
