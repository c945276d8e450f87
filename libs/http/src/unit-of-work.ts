import { Database, sqlState, type Transaction } from '#libs/database';
import {
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { requestOf } from './access.js';
import { httpError } from './errors.js';
import { fingerprint, idempotencyKeyOf, keyReused } from './idempotency-key.js';
import { findKeptAnswer, keptAnswersOf, scopeOf } from './kept-answer.js';

/** Less than the transaction has in all. */
const KEY_WAIT_MS = 3_000;
const LOCK_NOT_AVAILABLE = '55P03';

const transactions = new WeakMap<FastifyRequest, Transaction>();

/** The request's transaction, on a route under UnitOfWork. */
export const Tx = createParamDecorator((_: unknown, context: ExecutionContext) => transactions.get(requestOf(context)));

/**
 * Runs a route in one transaction of its module: `@UseInterceptors(UnitOfWork)`, then `@Tx() tx: Transaction`. With an
 * Idempotency-Key (IETF draft -07) the key and the answer are committed together with the effect, so a repeat, however
 * the first one ended, gets the same answer; a concurrent one waits on the key's unique index.
 */
@Injectable()
export class UnitOfWork implements NestInterceptor {
  constructor(@Inject(Database) private readonly database: Database) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = request.method === 'POST' ? idempotencyKeyOf(request) : undefined;
    return from(
      this.database.transaction(async (tx) => {
        transactions.set(request, tx);
        const run = () => lastValueFrom(next.handle(), { defaultValue: undefined }) as Promise<unknown>;
        return key === undefined ? run() : this.once(tx, key, request, reply, run);
      }),
    );
  }

  private async once(
    tx: Transaction,
    key: string,
    request: FastifyRequest,
    reply: FastifyReply,
    run: () => Promise<unknown>,
  ) {
    const table = keptAnswersOf(this.database);
    const scope = scopeOf(request);
    if (await enter(tx, table, [scope, key, fingerprint(request)])) {
      const answer = await run();
      await tx.query(`UPDATE ${table} SET status = $3, answer = $4 WHERE scope = $1 AND key = $2`, [
        scope,
        key,
        reply.statusCode,
        JSON.stringify(answer ?? null),
      ]);
      return answer;
    }
    const first = await findKeptAnswer(tx, table, key, request, reply);
    if (!first) throw keyReused();
    return first.answer;
  }
}

/** False where the key was there already; waits for a first request that is still being committed, but not for ever. */
async function enter(tx: Transaction, table: string, row: string[]): Promise<boolean> {
  await tx.query(`SELECT set_config('lock_timeout', '${KEY_WAIT_MS}', true)`);
  try {
    const entered = await tx.query(
      `INSERT INTO ${table} (scope, key, fingerprint) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
       RETURNING set_config('lock_timeout', '0', true)`, // for the key only, not for the work that follows
      row,
    );
    return entered.length > 0;
  } catch (error) {
    throw sqlState(error) === LOCK_NOT_AVAILABLE ? httpError('http.idempotency-key-in-use', { retryAfter: 1 }) : error;
  }
}

/** The table behind UnitOfWork, one a module's schema. */
export function idempotencyTable(schema: string): new () => MigrationInterface {
  return class Idempotency1760000000001 implements MigrationInterface {
    readonly name = 'Idempotency1760000000001';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE TABLE "${schema}".idempotency_keys (
          scope text NOT NULL,
          key text NOT NULL,
          fingerprint text NOT NULL,
          status smallint,
          answer json,
          created_at timestamptz NOT NULL DEFAULT now(),
          PRIMARY KEY (scope, key)
        );
        CREATE INDEX idempotency_keys_age ON "${schema}".idempotency_keys USING brin (created_at)`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`DROP TABLE "${schema}".idempotency_keys`);
    }
  };
}
