/** Work that comes to an end soon after its signal. */
export type Stoppable = (signal: AbortSignal) => Promise<unknown>;

/**
 * Runs `work` again and again, `everyMs` after the last run ended, so runs never overlap. A failure is reported and the
 * next run comes as usual. `stop` waits for the run in progress, whose signal tells it to come to an end.
 */
export class Repeating {
  private timer?: NodeJS.Timeout;
  private current: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly everyMs: number,
    private readonly work: Stoppable,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): this {
    this.timer = setTimeout(() => {
      this.current = this.work(this.stopping.signal)
        .catch(this.onError)
        .then(() => {
          if (!this.stopping.signal.aborted) this.start();
        });
    }, this.everyMs);
    return this;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.current;
  }
}
