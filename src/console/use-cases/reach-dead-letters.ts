import { newId, notFound } from '#libs/kernel';
import { Asker, type DeadLetter, deadLetterQueries, hasQueue, MODULE_MAP, type ModuleMap } from '#libs/messaging';
import { Inject, Injectable } from '@nestjs/common';

export interface DeadLetterFilter {
  /** A module's name: its dead letters only. */
  queue?: string;
  message?: string;
  /** The id of the last one seen. */
  after?: string;
  limit: number;
}

/**
 * The dead letters of all modules. Each module keeps its own and may run in another process, so they are asked. A module
 * that cannot be reached fails the whole answer: a list with a gap would read as if nothing were there.
 */
@Injectable()
export class ReachDeadLetters {
  private readonly queues: string[];

  constructor(
    private readonly asker: Asker,
    @Inject(MODULE_MAP) map: ModuleMap,
  ) {
    this.queues = Object.keys(map).filter((module) => hasQueue(map, module));
  }

  /** Newest first. */
  async list({ queue, ...question }: DeadLetterFilter): Promise<DeadLetter[]> {
    const asked = this.queues.filter((module) => queue === undefined || module === queue);
    const lists = await Promise.all(asked.map((module) => this.asker.ask(deadLetterQueries(module).list, question)));
    return lists
      .flat()
      .sort((one, other) => (one.id < other.id ? 1 : -1))
      .slice(0, question.limit);
  }

  /** Sends it once more, with a full set of attempts; the same request twice does it once. Throws `dead-letters.not-found`. */
  replay(id: string, request: string): Promise<DeadLetter> {
    return this.end(id, 'replay', request);
  }

  /** Deletes it for good. Throws `dead-letters.not-found`. */
  discard(id: string): Promise<DeadLetter> {
    return this.end(id, 'discard', newId());
  }

  /** All are asked, and the one that has it does it; not-found is only said when every one of them has answered. */
  private async end(id: string, action: 'replay' | 'discard', request: string): Promise<DeadLetter> {
    const answers = await Promise.allSettled(
      this.queues.map((module) => this.asker.ask(deadLetterQueries(module)[action], { id, request })),
    );
    for (const answer of answers) if (answer.status === 'fulfilled' && answer.value) return answer.value;
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
    throw notFound('dead-letters.not-found', 'Dead letter not found');
  }
}
