import { setTimeout } from 'node:timers/promises';
import type { Settings } from '#libs/config';
import { announceFault } from './announce.js';
import type { Engines } from './engines.js';

/** What closing the engines may take, of the time the whole has. */
const ENGINES_MS = 500;
/** Past the time the whole has, the process ends as it is: all is crash-safe. */
const LAST_RESORT_MS = 900;

/** What a stop of one process may take in all. */
export function stopLimitMs({ DRAIN_SECONDS, SHUTDOWN_SECONDS }: Settings): number {
  return (DRAIN_SECONDS + SHUTDOWN_SECONDS) * 1_000;
}

/** Says what it waits for, step by step. */
export type Drain = (enter: (step: string) => void) => Promise<void>;

/** Stops the process on SIGINT and SIGTERM, also in the middle of its start. */
export class Shutdown {
  private engines: Promise<Engines | undefined> = Promise.resolve(undefined);
  private drain: Drain = async () => undefined;
  private limitMs = 4_000;
  private stopping = false;

  constructor() {
    process.on('SIGINT', () => void this.stop(0));
    process.on('SIGTERM', () => void this.stop(0));
    process.on('disconnect', () => void this.stop(0)); // a member whose fleet is gone
  }

  /** From now on a stop may take this long in all. */
  within(limitMs: number): void {
    this.limitMs = limitMs;
  }

  /** From now on a stop closes these, as soon as they are open. */
  async closing(engines: Promise<Engines>): Promise<Engines> {
    this.engines = engines.catch(() => undefined);
    return engines;
  }

  /** From now on a stop does this before it closes the engines. */
  draining(drain: Drain): void {
    this.drain = drain;
  }

  /** What is not done in time is found again by the next start. */
  async stop(exitCode: number): Promise<never> {
    if (this.stopping) return new Promise<never>(() => undefined);
    this.stopping = true;
    void setTimeout(this.limitMs + LAST_RESORT_MS, undefined, { ref: false }).then(() => process.exit(1));
    let step = 'its parts';
    const drained = this.drain((next) => (step = next)).catch((error: unknown) => announceFault(String(error)));
    const late = setTimeout(this.limitMs - ENGINES_MS, 'late', { ref: false });
    if ((await Promise.race([drained, late])) === 'late') announceFault(cut(step, this.limitMs));
    await (await this.engines)?.close().catch((error: unknown) => announceFault(String(error)));
    process.exit(exitCode);
  }
}

function cut(step: string, limitMs: number): string {
  return `Stopped after ${limitMs / 1_000} s, still waiting for ${step}. The next start takes up what is left; to wait longer, raise SHUTDOWN_SECONDS.`;
}
