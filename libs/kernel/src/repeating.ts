/**
 * Runs `work` again and again, `everyMs` after the last run ended, so runs never overlap. A failure is reported and the
 * next run comes as usual. `stop` waits for the run in progress.
 */
export class Repeating {
  private timer?: NodeJS.Timeout;
  private current: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly everyMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): this {
    this.timer = setTimeout(() => {
      this.current = this.work()
        .catch(this.onError)
        .then(() => {
          if (!this.stopped) this.start();
        });
    }, this.everyMs);
    return this;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }
}
