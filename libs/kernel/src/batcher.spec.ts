import { describe, expect, it } from '@jest/globals';
import { Batcher, type BatcherOptions } from './batcher.js';

function recording(
  options: Partial<
    Pick<BatcherOptions<number, number>, 'maxBatch' | 'maxWaiting' | 'maxWaitingBytes' | 'bytesOf' | 'concurrency'>
  > = {},
) {
  const batches: number[][] = [];
  const releases: (() => void)[] = [];
  const batcher = new Batcher<number, number>({
    name: 'numbers',
    maxBatch: 10,
    maxWaiting: 100,
    ...options,
    flush: async (items) => {
      batches.push(items);
      await new Promise<void>((resolve) => releases.push(resolve));
      return items.map((item) => item * 2);
    },
  });
  return { batcher, batches, release: () => releases.splice(0).forEach((resolve) => resolve()) };
}
const nextTurns = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a batcher', () => {
  it('gathers what arrives while a flush runs, and answers each caller', async () => {
    const { batcher, batches, release } = recording();
    const first = batcher.add(1);
    await nextTurns();
    const others = [batcher.add(2), batcher.add(3)];
    await nextTurns();
    expect(batches).toEqual([[1]]);
    release();
    expect(await first).toBe(2);
    await nextTurns();
    expect(batches).toEqual([[1], [2, 3]]);
    release();
    expect(await Promise.all(others)).toEqual([4, 6]);
  });

  it('is bounded in front: one more is refused at once', async () => {
    const { batcher, release } = recording({ maxWaiting: 2 });
    const waiting = [batcher.add(1), batcher.add(2)];
    await expect(batcher.add(3)).rejects.toMatchObject({ code: 'http.overloaded', status: 503 });
    await nextTurns();
    release();
    await Promise.all(waiting);
  });

  it('is bounded in bytes too; one item alone is taken however large it is', async () => {
    const { batcher, release } = recording({ maxWaitingBytes: 10, bytesOf: (item) => item });
    const large = batcher.add(11);
    await expect(batcher.add(1)).rejects.toMatchObject({ code: 'http.overloaded', status: 503 });
    await nextTurns();
    release();
    expect(await large).toBe(22);
    const small = [batcher.add(4), batcher.add(6)];
    await expect(batcher.add(1)).rejects.toMatchObject({ code: 'http.overloaded' });
    await nextTurns();
    release();
    expect(await Promise.all(small)).toEqual([8, 12]);
  });

  it('never flushes more than maxBatch together', async () => {
    const { batcher, batches, release } = recording({ maxBatch: 2, concurrency: 3 });
    const all = [1, 2, 3, 4, 5].map((number) => batcher.add(number));
    await nextTurns();
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
    release();
    await Promise.all(all);
  });

  it('rejects the callers of a failed flush, and goes on', async () => {
    let fail = true;
    const batcher = new Batcher<number, number>({
      name: 'numbers',
      maxBatch: 10,
      maxWaiting: 10,
      flush: async (items) => {
        if (fail) throw new Error('no');
        return items;
      },
    });
    await expect(batcher.add(1)).rejects.toThrow('no');
    fail = false;
    expect(await batcher.add(2)).toBe(2);
  });

  it('rejects only the item that is at fault, where the flush can tell that it is one of them', async () => {
    const poison = new Error('poison');
    const flushed: number[][] = [];
    const batcher = new Batcher<number, number>({
      name: 'numbers',
      maxBatch: 100,
      maxWaiting: 100,
      isOfOneItem: (error) => error === poison,
      flush: async (items) => {
        flushed.push(items);
        if (items.includes(13)) throw poison;
        return items.map((item) => item * 2);
      },
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => batcher.add(index)));
    expect(outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([13]);
    expect(outcomes[99]).toEqual({ status: 'fulfilled', value: 198 });
    expect(flushed.length).toBeLessThan(16); // 100 halved until one is left, and each other half once
  });

  it('drains: nothing waits and nothing runs any more', async () => {
    const { batcher, release } = recording({ maxBatch: 1 });
    const results = Promise.all([batcher.add(1), batcher.add(2)]);
    let drained = false;
    const draining = batcher.drain().then(() => (drained = true));
    await nextTurns();
    expect(drained).toBe(false);
    release();
    await nextTurns();
    release();
    await draining;
    expect(await results).toEqual([2, 4]);
  });
});
