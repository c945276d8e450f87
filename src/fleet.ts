import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Settings } from '#libs/config';
import { type Shutdown, stopLimitMs } from './shutdown.js';
import { announceFault } from './announce.js';

/** What a member may need past its own limit, to end at all; and its fleet past that. */
const STOP_MARGIN_MS = 1_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
/** A member that lived for this long starts with the first backoff again. */
const SETTLED_MS = 30_000;

/** A member could not start at all. */
export class FleetFault extends Error {}

export interface Member {
  name: string;
  /** Starts the process, with an IPC channel by which it says `ready`. */
  start: () => ChildProcess;
}

interface Running {
  process: ChildProcess;
  /** Rejects where it exits before. */
  ready: Promise<void>;
}

/** Processes of Floodgate that belong together: one that dies is started again, and all stop together. */
export class Fleet {
  private readonly running = new Map<string, Running>();
  private stopping = false;

  private constructor(
    private readonly members: readonly Member[],
    private readonly killAfterMs: number,
  ) {}

  /** Starts them all; from now on a stop of this process waits for theirs. */
  static async launch(members: readonly Member[], settings: Settings, shutdown: Shutdown): Promise<Fleet> {
    const killAfterMs = stopLimitMs(settings) + STOP_MARGIN_MS;
    const fleet = new Fleet(members, killAfterMs);
    shutdown.within(killAfterMs + STOP_MARGIN_MS);
    shutdown.draining(() => fleet.stop());
    await fleet.start();
    return fleet;
  }

  /** Resolves when every member is ready; throws where one cannot start, which has said why by then. */
  private async start(): Promise<void> {
    await Promise.all(this.members.map((member) => this.begin(member, FIRST_BACKOFF_MS).ready));
  }

  pidOf(name: string): number | undefined {
    return this.running.get(name)?.process.pid;
  }

  /** SIGTERM to all; who has not ended in time is killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    const alive = [...this.running.values()].map(({ process }) => process).filter(isAlive);
    const ends = Promise.all(alive.map((process) => once(process, 'exit')));
    for (const process of alive) process.kill('SIGTERM');
    const timer = setTimeout(
      () => alive.filter(isAlive).forEach((process) => process.kill('SIGKILL')),
      this.killAfterMs,
    );
    await ends;
    clearTimeout(timer);
  }

  private begin(member: Member, backoffMs: number): Running {
    const process = member.start();
    const begun = Date.now();
    let isReady = false;
    const ready = new Promise<void>((resolve, reject) => {
      process.on('message', (message) => {
        if (message !== 'ready') return;
        isReady = true;
        resolve();
      });
      process.once('exit', () => reject(new FleetFault(`${member.name} did not come up; it has said why above.`)));
      process.once('error', reject);
    });
    ready.catch(() => undefined); // only the first start is waited for
    const running = { process, ready };
    const isFirst = !this.running.has(member.name);
    this.running.set(member.name, running);
    process.once('exit', (code, signal) => {
      if (this.stopping || (isFirst && !isReady)) return;
      const waitMs = Date.now() - begun > SETTLED_MS ? FIRST_BACKOFF_MS : backoffMs;
      announceFault(`${member.name} ended (${signal ?? code}); it is started again in ${waitMs} ms.`);
      setTimeout(() => {
        if (!this.stopping) this.begin(member, Math.min(waitMs * 2, LONGEST_BACKOFF_MS));
      }, waitMs);
    });
    return running;
  }
}

function isAlive(process: ChildProcess): boolean {
  return process.exitCode === null && process.signalCode === null;
}
