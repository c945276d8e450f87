import { describe, expect, it } from '@jest/globals';
import { BUCKETS, bucketFor, bucketOf, isId, newId, timeOf } from './id.js';

describe('ids', () => {
  it('are UUIDv7: of their time, sortable by it, and all different', () => {
    const ids = Array.from({ length: 5_000 }, () => newId());
    expect(ids.every(isId)).toBe(true);
    expect(ids.every((id) => id[14] === '7')).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.abs(Date.now() - timeOf(ids[0] as string))).toBeLessThan(60_000);
  });

  it('carry their bucket', () => {
    for (const bucket of [0, 1, 2_748, BUCKETS - 1]) expect(bucketOf(newId(bucket))).toBe(bucket);
  });

  it('put one caller into one bucket, always the same', () => {
    expect(bucketFor('ada@example.com')).toBe(bucketFor('ada@example.com'));
    const buckets = new Set(Array.from({ length: 2_000 }, (_, index) => bucketFor(`buyer-${index}`)));
    expect(buckets.size).toBeGreaterThan(1_200); // spread over the 4,096
  });
});
