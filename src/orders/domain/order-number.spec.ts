import { describe, expect, it } from '@jest/globals';
import { bucketOf, newId } from '#libs/kernel';
import { idsOfNumber, orderNumber, parseOrderNumber } from './order-number.js';

describe('the number of an order', () => {
  it('is read as people write it', () => {
    for (const text of ['01KB-7Q2M-3XHD-9W5T', '01kb7q2m3xhd9w5t', ' o1KB 7Q2M 3XHD 9W5T ', 'OLKB-7Q2M-3XHD-9W5T']) {
      expect(parseOrderNumber(text)).toBe('01KB-7Q2M-3XHD-9W5T');
    }
    for (const text of ['', '01KB', '01KB-7Q2M-3XHD-9W5U', '01KB-7Q2M-3XHD-9W5T-0']) {
      expect(parseOrderNumber(text)).toBeUndefined();
    }
  });

  it('leads back to the bucket and the few ids that it can be of', () => {
    for (const bucket of [0, 7, 4_095]) {
      const id = newId(bucket);
      const found = idsOfNumber(orderNumber(id));
      expect(found.bucket).toBe(bucketOf(id));
      expect(found.first <= id && id <= found.last).toBe(true);
    }
  });
});
