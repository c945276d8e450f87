/** Calls of one peer at once. */
const AT_ONCE = 16;
const MOST_WAITING = 2_000;

export type LaneWork = () => Promise<void>;

/** Calls of one peer: a few at once, the others in line. One that hangs takes one place, for as long as its deadline. */
export class Lane {
  private readonly waiting: LaneWork[] = [];
  private readonly running = new Set<Promise<void>>();

  /** False where the line is full: then the work is not taken. `work` must not reject. */
  add(work: LaneWork): boolean {
    if (this.waiting.length >= MOST_WAITING) return false;
    this.waiting.push(work);
    this.next();
    return true;
  }

  /** Leaves what waits, and waits for what runs. */
  async stop(): Promise<void> {
    this.waiting.length = 0;
    await Promise.all(this.running);
  }

  private next(): void {
    while (this.running.size < AT_ONCE) {
      const work = this.waiting.shift();
      if (!work) return;
      const run = work().finally(() => {
        this.running.delete(run);
        this.next();
      });
      this.running.add(run);
    }
  }
}
