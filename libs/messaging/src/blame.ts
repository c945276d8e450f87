import { type Database, isTimeout } from '#libs/database';
import { AppError } from '#libs/kernel';
import { countFailed } from '#libs/observability';
import { Injectable, Logger } from '@nestjs/common';
import { Broker } from './broker.js';
import { park } from './dead-letters.js';
import type { Envelope } from './envelope.js';
import { countFailure } from './failures.js';
import type { FoundHandler } from './handlers.js';
import type { HandlesOptions } from './handles.js';

const DEFAULTS = { attempts: 5, backoffMs: 250, longestBackoffMs: 60_000 };
/** A message that only the next version knows waits for that version: a rollout takes minutes, this some twenty. */
const UNKNOWN: HandlesOptions = { attempts: 30, backoffMs: 1_000 };

/** Decides what becomes of a message that failed by its own error: it comes again, alone and later, or is parked. */
@Injectable()
export class Blame {
  private readonly logger = new Logger(Blame.name);

  constructor(private readonly broker: Broker) {}

  /** True where the message is parked and its writer may forget it; false where it comes again. */
  async take(
    database: Database,
    handler: FoundHandler | undefined,
    envelope: Envelope,
    error: unknown,
  ): Promise<boolean> {
    const {
      attempts: most,
      backoffMs,
      longestBackoffMs: longestMs,
    } = { ...DEFAULTS, ...(handler?.options ?? UNKNOWN) };
    const attempts = isTimeout(error) ? Infinity : most; // a peer that hangs is not the message's fault
    const failure = await countFailure(database, envelope.id, { backoffMs, longestMs });
    if (!failure) return false; // a resend: the retry that is scheduled already will tell
    countFailed(database.module, envelope.name);
    if (failure.attempts < attempts && (attempts === Infinity || !isFinal(error))) {
      if (isTold(failure.attempts)) {
        this.logger.warn(
          `${envelope.name} ${envelope.id} failed, ${failure.attempts} of ${attempts}: ${String(error)}`,
        );
      }
      const id = `${envelope.id}-${failure.attempts}`;
      await this.broker.add(database.module, { id, data: { messages: [envelope] }, delayMs: failure.retryAfterMs });
      return false;
    }
    this.logger.error(`${envelope.name} ${envelope.id} is parked as a dead letter: ${String(error)}`);
    await park(database, envelope, error, failure.attempts);
    return true;
  }
}

/** The first few, then fewer and fewer: what is tried for ever must not fill the log. */
function isTold(attempts: number): boolean {
  return attempts < 4 || Number.isInteger(Math.log2(attempts));
}

/** The same input would be refused again; but what is overloaded or away now may be there later. */
function isFinal(error: unknown): boolean {
  return error instanceof AppError && error.status < 500;
}
