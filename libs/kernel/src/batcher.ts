import { overloaded } from './app-error.js';
import { bisect } from './bisect.js';

export interface BatcherOptions<T, R> {
  /** Handles a batch; answers one result an item, in order. A rejection rejects every item of the batch. */
  flush: (items: T[]) => Promise<readonly R[]>;
  /** Most items in one flush. */
  maxBatch: number;
  /** Most items waiting; one more is refused with `overloaded`. */
  maxWaiting: number;
  /** Most bytes waiting, by `bytesOf` an item: for items that callers make as large as they like. */
  maxWaitingBytes?: number;
  /** Most bytes in one flush; an item that is larger goes alone. */
  maxBatchBytes?: number;
  bytesOf?: (item: T) => number;
  /** Flushes in flight at once. While they run, arrivals gather: the batch grows with the load, without a timer. */
  concurrency?: number;
  /** Milliseconds to wait for company before a flush, always. Without: a flush comes at the end of the current turn. */
  lingerMs?: number;
  /**
   * Least milliseconds from the start of one flush to the next. Who comes alone is served at once; under load arrivals
   * gather for this long, so batches form however fast a flush is.
   */
  paceMs?: number;
  /**
   * Whether an error may be the fault of one item: then the batch is bisected until only that item is rejected. Without,
   * an error rejects them all. Only for a flush that has no effect when it fails.
   */
  isOfOneItem?: (error: unknown) => boolean;
  /** Named in the refusal. */
  name: string;
}

interface Waiting<T, R> {
  item: T;
  bytes: number;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Joins concurrent calls into batches ("group commit": DeWitt et al., SIGMOD 1984). The queue in front is bounded, and a
 * full one refuses at once rather than let callers wait for ever.
 */
export class Batcher<T, R = void> {
  private waiting: Waiting<T, R>[] = [];
  private running = 0;
  private bytes = 0;
  private timer?: NodeJS.Timeout | NodeJS.Immediate;
  private idle?: () => void;
  private lastStart = 0;

  constructor(private readonly options: BatcherOptions<T, R>) {}

  add(item: T): Promise<R> {
    const { maxWaiting, maxWaitingBytes = Infinity, bytesOf } = this.options;
    const bytes = bytesOf?.(item) ?? 0;
    if (this.waiting.length >= maxWaiting || (this.bytes > 0 && this.bytes + bytes > maxWaitingBytes)) {
      return Promise.reject(
        overloaded('http.overloaded', `Too many ${this.options.name} are waiting. Try again soon.`),
      );
    }
    return new Promise<R>((resolve, reject) => {
      this.waiting.push({ item, bytes, resolve, reject });
      this.bytes += bytes;
      this.schedule();
    });
  }

  /** Resolves when nothing waits and nothing runs: the last step before a shutdown. */
  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.running > 0) {
      await new Promise<void>((resolve) => (this.idle = resolve));
    }
  }

  private schedule(): void {
    if (this.timer || this.running >= (this.options.concurrency ?? 1)) return;
    const start = () => {
      this.timer = undefined;
      void this.run();
    };
    const { lingerMs = 0, paceMs = 0 } = this.options;
    const waitMs = Math.max(lingerMs, this.lastStart + paceMs - performance.now());
    this.timer = waitMs > 0 ? setTimeout(start, waitMs) : setImmediate(start);
  }

  private async run(): Promise<void> {
    const batch = this.waiting.splice(0, this.sizeOfNext());
    if (batch.length === 0) return;
    for (const { bytes } of batch) this.bytes -= bytes;
    this.running += 1;
    this.lastStart = performance.now();
    if (this.waiting.length > 0) this.schedule();
    try {
      await this.flush(batch);
    } finally {
      this.running -= 1;
      if (this.waiting.length > 0) this.schedule();
      else if (this.running === 0) this.idle?.();
    }
  }

  private sizeOfNext(): number {
    const { maxBatch, maxBatchBytes = Infinity } = this.options;
    let sum = 0;
    const tooMany = this.waiting.findIndex(({ bytes }, index) => {
      sum += bytes;
      return index === maxBatch || (index > 0 && sum > maxBatchBytes);
    });
    return tooMany === -1 ? this.waiting.length : tooMany;
  }

  private async flush(batch: readonly Waiting<T, R>[]): Promise<void> {
    const { flush, isOfOneItem = () => false } = this.options;
    const work = async (part: readonly Waiting<T, R>[]) => {
      const results = await flush(part.map((entry) => entry.item));
      part.forEach((entry, index) => entry.resolve(results[index] as R));
    };
    try {
      await bisect(batch, work, (entry, error) => entry.reject(error), { isShared: (error) => !isOfOneItem(error) });
    } catch (error) {
      batch.forEach((entry) => entry.reject(error)); // those that have their result keep it
    }
  }
}
