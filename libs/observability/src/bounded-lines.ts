import type { DestinationStream } from 'pino';

/** What may wait for a reader of the log. */
const MOST_BYTES = 1024 * 1024;

export interface Pipe {
  readonly writableLength: number;
  write(text: string): unknown;
  once(event: 'drain', listener: () => void): unknown;
}

/**
 * Log lines into a pipe that its reader may leave full: lines wait in a bounded buffer, and past it are dropped and
 * counted, so that a process never waits for the reader of its log. The count is told as soon as lines pass again. (A
 * synchronous write, as of pino's own destination, stops the process: its probes, its orders and its SIGTERM.)
 */
export class BoundedLines implements DestinationStream {
  /** In all. */
  dropped = 0;
  private untold = 0;

  constructor(private readonly pipe: Pipe) {}

  write(line: string): void {
    if (this.pipe.writableLength + line.length > MOST_BYTES) return this.drop();
    this.pipe.write(line);
  }

  private drop(): void {
    this.dropped += 1;
    if (this.untold === 0) this.pipe.once('drain', () => this.tell());
    this.untold += 1;
  }

  private tell(): void {
    const msg = `${this.untold} log lines were dropped: nobody read the log.`;
    this.untold = 0;
    this.pipe.write(`${JSON.stringify({ level: 'warn', time: new Date().toISOString(), msg })}\n`);
  }
}
