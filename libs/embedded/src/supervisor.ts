import type { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from './embedded-postgres-error.js';
import { holdOwnerLock } from './owner-lock.js';
import { Postmaster, type PostmasterOptions } from './postmaster.js';

export interface SupervisorOptions extends PostmasterOptions {
  password: string;
  port: number;
  onLog: (line: string) => void;
}

const MOST_FAILURES = 5;
const WINDOW_MS = 60_000;

/** Keeps one Postgres running, and our claim on it, until it is stopped. */
export class Supervisor {
  private lock?: Client;
  private stopping?: Promise<void>;
  private failures: number[] = [];

  private constructor(
    private readonly options: SupervisorOptions,
    private postmaster: Postmaster,
  ) {}

  static async start(options: SupervisorOptions): Promise<Supervisor> {
    const supervisor = new Supervisor(options, Postmaster.spawn(options, options.port));
    await supervisor.bringUp();
    return supervisor;
  }

  get pid(): number {
    return this.postmaster.pid;
  }

  stop(): Promise<void> {
    this.stopping ??= this.postmaster.stop().finally(() => void this.lock?.end().catch(() => undefined));
    return this.stopping;
  }

  /** Waits for the spawned one, claims it and watches over it; when that fails, none is left running. */
  private async bringUp(): Promise<void> {
    const { postmaster } = this;
    try {
      await postmaster.untilReady();
      await this.claim(postmaster);
    } catch (error) {
      await postmaster.stop();
      throw error;
    }
    void this.watch(postmaster, performance.now());
  }

  private async claim(postmaster: Postmaster): Promise<void> {
    this.lock = await holdOwnerLock(this.options, () => void this.reclaim(postmaster));
  }

  /** The lock's connection broke though Postgres lives (somebody terminated it): take it again before anyone else does. */
  private async reclaim(postmaster: Postmaster): Promise<void> {
    await sleep(50);
    while (!this.stopping && this.postmaster === postmaster && postmaster.isRunning) {
      try {
        return await this.claim(postmaster);
      } catch {
        await sleep(500);
      }
    }
  }

  /** Postgres ended although nobody asked it to: back on the same port, as every pool has that in its URL. */
  private async watch(postmaster: Postmaster, since: number): Promise<void> {
    const how = await postmaster.ended;
    if (this.stopping) return;
    const { onLog } = this.options;
    onLog(`Postgres ${postmaster.pid} ended by itself (${how}): starting it again`);
    // One that dies as soon as it is up has failed too, or a crash loop would never end.
    let tired = performance.now() - since < 1_000 && (await this.failed());
    while (!this.stopping && !tired) {
      try {
        this.postmaster = Postmaster.spawn(this.options, this.options.port);
        await this.bringUp();
        return onLog(`Postgres ${this.pid} is back on port ${this.options.port}`);
      } catch (error) {
        if (this.stopping) return;
        onLog(reasonOf(error));
        tired = await this.failed();
      }
    }
    if (tired) onLog(`Postgres failed ${MOST_FAILURES} times within a minute: giving up. Restart Floodgate.`);
  }

  /** Notes a failure and backs off; true when it was one too many. */
  private async failed(): Promise<boolean> {
    const since = performance.now() - WINDOW_MS;
    this.failures = [...this.failures.filter((at) => at > since), performance.now()];
    if (this.failures.length >= MOST_FAILURES) return true;
    await sleep(200 * 2 ** this.failures.length);
    return false;
  }
}
