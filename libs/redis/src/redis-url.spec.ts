import { describe, expect, it } from '@jest/globals';
import { parseRedisUrl, redisHosts } from './redis-url.js';

const one = { host: 'one', port: 6379 };

describe('parseRedisUrl', () => {
  it('reads one server, its database and its password', () => {
    expect(parseRedisUrl('redis://one')).toMatchObject({ kind: 'single', hosts: [one], tls: false, db: 0 });
    expect(parseRedisUrl('rediss://ann:p%40ss:word@[::1]:7000/3')).toMatchObject({
      hosts: [{ host: '::1', port: 7000 }],
      tls: true,
      username: 'ann',
      password: 'p@ss:word',
      db: 3,
    });
    expect(parseRedisUrl('redis://:secret@one:6379')).toMatchObject({ username: undefined, password: 'secret' });
  });

  it('reads Sentinels and the name of their primary', () => {
    expect(parseRedisUrl('redis+sentinel://:secret@one:26379,two/mymaster')).toMatchObject({
      kind: 'sentinel',
      hosts: [
        { host: 'one', port: 26379 },
        { host: 'two', port: 26379 },
      ],
      password: 'secret',
      primary: 'mymaster',
    });
  });

  it('reads nodes of a cluster', () => {
    expect(parseRedisUrl('rediss+cluster://one,two:7001/')).toMatchObject({
      kind: 'cluster',
      hosts: [one, { host: 'two', port: 7001 }],
      tls: true,
    });
  });

  it('shows no password', () => {
    expect(redisHosts('redis+sentinel://ann:secret@one,two:7/mymaster')).toBe('one:26379,two:7/mymaster');
    expect(redisHosts('redis://:secret@one')).toBe('one:6379');
    expect(() => parseRedisUrl('http://:secret@one')).toThrow(/^(?!.*secret)/);
  });
});
