import { describe, expect, it } from '@jest/globals';
import { bisect } from './bisect.js';

const numbers = Array.from({ length: 200 }, (_, index) => index);

describe('bisecting', () => {
  it('blames the one that fails; its neighbours succeed, each once', async () => {
    const done: number[] = [];
    const blamed: number[] = [];
    const work = async (items: readonly number[]) => {
      if (items.includes(77) || items.includes(78)) throw new Error('poison');
      done.push(...items);
    };
    await bisect(numbers, work, (item) => void blamed.push(item), { isShared: () => false }); // prettier-ignore
    expect(blamed).toEqual([77, 78]);
    expect(done).toEqual(numbers.filter((number) => number !== 77 && number !== 78));
  });

  it("blames nobody for what is nobody's fault", async () => {
    const away = new Error('the database is away');
    const calls: number[] = [];
    const work = async (items: readonly number[]) => {
      calls.push(items.length);
      throw away;
    };
    await expect(bisect(numbers, work, () => expect(true).toBe(false), { isShared: () => true })).rejects.toBe(away); // prettier-ignore
    expect(calls).toEqual([200]);
  });

  it('halves what takes too long until it fits', async () => {
    const done: number[] = [];
    const work = async (items: readonly number[]) => {
      if (items.length > 60) throw new Error('too long');
      done.push(...items);
    };
    await bisect(numbers, work, () => expect(true).toBe(false), { isShared: () => true, isTimeout: () => true });
    expect(done).toEqual(numbers);
  });

  it('throws what runs out of time alone, once its neighbours are through; where three have, it tries no more', async () => {
    const tryAll = (late: readonly number[]) => {
      const done: number[] = [];
      const work = async (items: readonly number[]) => {
        if (items.some((item) => late.includes(item))) throw new Error('too long');
        done.push(...items);
      };
      const judgement = { isShared: () => true, isTimeout: () => true };
      return { done, bisected: bisect(numbers, work, () => expect(true).toBe(false), judgement) };
    };
    const two = tryAll([77, 120]);
    await expect(two.bisected).rejects.toThrow('too long');
    expect(two.done).toHaveLength(198);
    const three = tryAll([0, 1, 2]);
    await expect(three.bisected).rejects.toThrow('too long');
    expect(three.done).toEqual([]);
  });
});
