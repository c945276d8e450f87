import { performance } from 'node:perf_hooks';

const BUSY = 0.5;
const LOOK_EVERY_MS = 50;
const LONGEST_MS = 1_000;

/**
 * Lets background work step aside while this process is busy with what people wait for: as long as the event loop is
 * more busy than idle, but a second at most, so that it goes on under constant load too.
 */
export class Courtesy {
  private seen = performance.eventLoopUtilization();

  async stepAside(): Promise<void> {
    for (let waited = 0; waited < LONGEST_MS && this.isBusy(); waited += LOOK_EVERY_MS) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private isBusy(): boolean {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.seen);
    this.seen = now;
    return utilization > BUSY;
  }
}
