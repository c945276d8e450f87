import { createHash } from 'node:crypto';
import { Database } from '#libs/database';
import { newId } from '#libs/kernel';
import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { requestOf } from './access.js';
import { fingerprint, idempotencyKeyOf } from './idempotency-key.js';
import { findKeptAnswer, keptAnswersOf, scopeOf } from './kept-answer.js';

/** An id of this request, the same for each repeat of it under one Idempotency-Key: who is asked knows a repeat by it. */
export const RequestId = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const request = requestOf(context);
  const key = idempotencyKeyOf(request);
  if (key === undefined) return newId();
  const hex = createHash('sha256')
    .update(`${scopeOf(request)} ${key} ${fingerprint(request)}`)
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
});

/**
 * For a route whose effect others have, in other processes: with an Idempotency-Key its answer is kept once it is there,
 * and repeats get it. No transaction is held meanwhile, so a repeat after a lost answer may ask the others again: they
 * know it by its RequestId. Where the effect is in the module's own database, UnitOfWork is the one to use.
 */
@Injectable()
export class AnswerOnce implements NestInterceptor {
  constructor(@Inject(Database) private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    const key = idempotencyKeyOf(request);
    if (key === undefined) return next.handle();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.once(key, request, reply, () => lastValueFrom(next.handle()) as Promise<unknown>));
  }

  private async once(key: string, request: FastifyRequest, reply: FastifyReply, run: () => Promise<unknown>) {
    const table = keptAnswersOf(this.database);
    const first = await findKeptAnswer(this.database, table, key, request, reply);
    if (first) return first.answer;
    const answer = await run();
    await this.database.query(
      `INSERT INTO ${table} (scope, key, fingerprint, status, answer) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [scopeOf(request), key, fingerprint(request), reply.statusCode, JSON.stringify(answer ?? null)],
    );
    return answer;
  }
}
