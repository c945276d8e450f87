import { isTimeout } from '#libs/database';
import { withDeadline } from '#libs/kernel';
import { getQueueToken } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { JobsOptions, Queue, WorkerOptions } from 'bullmq';
import type { Envelope } from './envelope.js';

/** What a job carries to a module's queue: messages for it, or acknowledgements of messages it wrote. */
export type JobData = { messages: Envelope[] } | { acknowledged: { subscriber: string; ids: string[] }[] };

export interface NewJob {
  /** While a job with this id lives, adding it again does nothing. */
  id: string;
  data: JobData;
  delayMs?: number;
}

/** The largest integer of Postgres. */
const FOR_EVER = 2_147_483_647;

/** A job fails only by infrastructure, and then is tried for ever: a message's own error never fails its job. */
const JOB_OPTIONS: JobsOptions = {
  attempts: FOR_EVER,
  backoff: { type: 'custom' },
  removeOnComplete: true,
  removeOnFail: true,
};
/** An add that comes through later than this does no harm: its messages are absorbed by the inbox. */
const ADD_DEADLINE_MS = 5_000;
const DEPTH_DEADLINE_MS = 1_000;
const LONGEST_BACKOFF_MS = 2_000;
/** Whose lock it waits for, or how slow the server is: each try costs the queue its deadline. */
const LONGEST_BACKOFF_OF_TIMEOUTS_MS = 8_000;

function backoffMs(attempts: number, _type?: string, error?: Error): number {
  const longest = isTimeout(error) ? LONGEST_BACKOFF_OF_TIMEOUTS_MS : LONGEST_BACKOFF_MS;
  return Math.min(50 * 2 ** Math.min(attempts, 10), longest);
}

/** How every module's queue is worked off. The lock outlives the handler's deadline, which outlives the transaction's. */
export const WORKER_OPTIONS: Omit<WorkerOptions, 'connection'> = {
  concurrency: 1,
  lockDuration: 5_000,
  stalledInterval: 5_000,
  maxStalledCount: FOR_EVER, // a job whose process was killed is nobody's fault
  runRetryDelay: 500,
  settings: { backoffStrategy: backoffMs },
};

/** Adds jobs to the modules' queues: one queue a module, on Postgres or Redis. It may lose everything at any moment. */
@Injectable()
export class Broker {
  private readonly queues = new Map<string, Queue>();

  constructor(private readonly moduleRef: ModuleRef) {}

  /** One by one: a bulk add on Postgres makes temporary tables, which costs 10 ms; the messages are what is bulk here. */
  async add(queue: string, { id, data, delayMs }: NewJob): Promise<void> {
    const name = 'messages' in data ? 'messages' : 'acknowledged';
    const adding = this.queue(queue).add(name, data, { ...JOB_OPTIONS, jobId: id, delay: delayMs });
    await withDeadline(`Adding a job for ${queue}`, ADD_DEADLINE_MS, adding);
  }

  /** Jobs that could be taken now, were there a worker. */
  async depthOf(queue: string): Promise<number> {
    return withDeadline(`The depth of ${queue}`, DEPTH_DEADLINE_MS, this.queue(queue).getWaitingCount());
  }

  private queue(name: string): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = this.moduleRef.get<Queue>(getQueueToken(name), { strict: false });
      this.queues.set(name, queue);
    }
    return queue;
  }
}
