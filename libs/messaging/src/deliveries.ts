import type { Database } from '#libs/database';
import { Repeating } from '#libs/kernel';
import { gauge } from '#libs/observability';
import { Injectable } from '@nestjs/common';
import { Databases } from './databases.js';
import { oldestDue } from './outbox.js';
import { Sweeper } from './sweeper.js';

const LOOK_EVERY_MS = 2_000;
/** A sweep comes every half second, and sends what is due. */
const LATE_SECONDS = 15;

/** How well messages are delivered: what stands still, and for how long, however well everything else answers. */
@Injectable()
export class Deliveries {
  private readonly oldest = new Map<string, number>();
  private looking: Repeating[] = [];
  private since = 0;

  constructor(
    private readonly databases: Databases,
    private readonly sweeper: Sweeper,
  ) {}

  get isDelivering(): boolean {
    return this.looking.length > 0;
  }

  start(): void {
    this.since = Date.now();
    this.looking = this.databases.all().map((database) => {
      return new Repeating(LOOK_EVERY_MS, () => this.look(database), () => this.oldest.delete(database.module)).start(); // prettier-ignore
    });
    gauge(
      'floodgate_outbox_last_sweep_age_seconds',
      'Since a sweep of the outbox came to its end.',
      async () => this.modules().map((module) => [{ module }, this.sweepAge(module)]),
      ['module'],
    );
    gauge(
      'floodgate_outbox_oldest_due_seconds',
      'How long the oldest delivery that is due has been due.',
      async () => [...this.oldest].map(([module, seconds]) => [{ module }, seconds]),
      ['module'],
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.looking.map((looking) => looking.stop()));
  }

  /** By module, the seconds since its last sweep, or for which a delivery has been due, where either is too long. */
  late(): Record<string, { lastSweepSeconds: number; oldestDueSeconds: number | undefined }> {
    const all = this.modules().map((module) => {
      return [module, { lastSweepSeconds: this.sweepAge(module), oldestDueSeconds: this.oldest.get(module) }] as const;
    });
    const isLate = (seconds = 0) => seconds > LATE_SECONDS;
    return Object.fromEntries(
      all.filter(([, { lastSweepSeconds, oldestDueSeconds }]) => isLate(lastSweepSeconds) || isLate(oldestDueSeconds)),
    );
  }

  private modules(): string[] {
    return this.databases.all().map(({ module }) => module);
  }

  private sweepAge(module: string): number {
    return this.sweeper.ageOf(module) ?? (Date.now() - this.since) / 1_000;
  }

  private async look(database: Database): Promise<void> {
    this.oldest.set(database.module, await oldestDue(database));
  }
}
