import { describe, expect, it } from '@jest/globals';
import { attemptKey, networkOf } from './sign-in-attempts.js';

describe('attemptKey', () => {
  it('is the same for an e-mail in other letters', () => {
    expect(attemptKey('Ada@Example.com', '127.0.0.1')).toEqual(attemptKey('ada@example.com', '127.0.0.1'));
  });

  it('differs by address', () => {
    expect(attemptKey('ada@example.com', '10.0.0.1')).not.toEqual(attemptKey('ada@example.com', '10.0.0.2'));
  });
});

describe('networkOf', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::5', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('of %s is %s', (ip, network) => expect(networkOf(ip)).toBe(network));
});
