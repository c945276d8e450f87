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
    await bisect(numbers, work, (item) => void blamed.push(item), () => false); // prettier-ignore
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
    await expect(bisect(numbers, work, () => expect(true).toBe(false), () => true)).rejects.toBe(away); // prettier-ignore
    expect(calls).toEqual([200]);
  });
});
