import { BullRegistrar, WorkerHost } from '@nestjs/bullmq';
import { Repeating, type Stoppable } from '#libs/kernel';
import { gauge, Outage } from '#libs/observability';
import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Worker } from 'bullmq';
import { Acknowledgements } from './acknowledgements.js';
import { Broker } from './broker.js';
import { Databases } from './databases.js';
import { Deliveries } from './deliveries.js';
import { Handlers } from './handlers.js';
import { isAway } from './queue-engine.js';
import { Relay } from './relay.js';
import { Repeats } from './repeats.js';
import { forgetOldMessages } from './retention.js';
import { Sweeper } from './sweeper.js';
import { Outreach } from './outreach.js';

const SWEEP_EVERY_MS = 500;
const FORGET_EVERY_MS = 60_000;

/** Starts and stops the messaging of this process, in the order that loses nothing. */
@Injectable()
export class Messaging {
  private readonly logger = new Logger(Messaging.name);
  private readonly repeating: Repeating[] = [];
  private readonly workers: Worker[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly registrar: BullRegistrar,
    private readonly handlers: Handlers,
    private readonly databases: Databases,
    private readonly relay: Relay,
    private readonly sweeper: Sweeper,
    private readonly deliveries: Deliveries,
    private readonly outreach: Outreach,
    private readonly acknowledgements: Acknowledgements,
    private readonly repeats: Repeats,
    private readonly broker: Broker,
  ) {}

  /** Finds the handlers; throws where they and the module map disagree. The role `queue` begins to consume. */
  start(roles: readonly string[]): void {
    this.handlers.discover();
    for (const { everyMs, name, run } of this.repeats.discover(roles)) this.repeat(everyMs, name, run);
    if (roles.includes('queue')) this.consume();
  }

  private consume(): void {
    this.registrar.register();
    for (const { instance } of this.discovery.getProviders() as { instance: unknown }[]) {
      if (!(instance instanceof WorkerHost)) continue;
      const worker = instance.worker as Worker;
      this.logErrors(worker);
      this.workers.push(worker);
    }
    this.measureDepth();
    for (const database of this.databases.all()) {
      const { module } = database;
      this.repeat(SWEEP_EVERY_MS, `sweep the outbox of ${module}`, (signal) => this.sweeper.sweep(database, signal));
      this.repeat(FORGET_EVERY_MS, `forget old messages of ${module}`, (signal) => forgetOldMessages(database, signal));
    }
    this.deliveries.start();
  }

  /** Takes no new jobs, waits for those in progress, and hands on what they wrote. */
  async stop(enter: (step: string) => void = () => undefined): Promise<void> {
    enter('repeated work to end');
    await Promise.all([...this.repeating.map((repeating) => repeating.stop()), this.deliveries.stop()]);
    enter('jobs in progress');
    await Promise.all(this.workers.map((worker) => worker.close(isAway(worker))));
    enter('calls of other systems');
    await this.outreach.stop();
    enter('messages to be handed on');
    await this.relay.drain();
    await this.acknowledgements.drain();
  }

  /** What an autoscaler of workers looks at. Every worker tells the same of a queue; ask for the maximum. */
  private measureDepth(): void {
    const help = 'Jobs of a queue that wait for a worker.';
    const depths = async () => {
      const reads = this.workers.map(async ({ name }): Promise<[Record<string, string>, number]> => {
        return [{ queue: name }, await this.broker.depthOf(name)];
      });
      const known = await Promise.allSettled(reads);
      return known.flatMap((read) => (read.status === 'fulfilled' ? [read.value] : []));
    };
    gauge('floodgate_queue_depth', help, depths, ['queue']);
  }

  /** While its engine is away a worker fails every few ms; a job that it gets, or none, is a sign of life. */
  private logErrors(worker: Worker): void {
    const outage = new Outage((line) => this.logger.warn(line));
    const what = `The worker of queue ${worker.name}`;
    worker.on('error', (error: Error) => {
      if (!worker.closing) outage.failed(what, error); // it may lose its connection while it closes
    });
    for (const sign of ['active', 'drained'] as const) worker.on(sign, () => outage.works(what));
  }

  private repeat(everyMs: number, name: string, run: Stoppable): void {
    const outage = new Outage((line) => this.logger.warn(line));
    const attempt = async (signal: AbortSignal) => {
      await run(signal);
      outage.works(`To ${name}`);
    };
    const onError = (error: unknown) => outage.failed(`Could not ${name}, will try again`, error);
    this.repeating.push(new Repeating(everyMs, attempt, onError).start());
  }
}
