import { describe, expect, it } from '@jest/globals';
import { hash } from '@node-rs/argon2';
import { Passwords } from './passwords.js';

describe('Passwords', () => {
  const passwords = new Passwords();

  it('matches its own hash and no other password', async () => {
    const kept = await passwords.hash('correct horse battery');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.match('correct horse battery', kept)).toBe(true);
    expect(await passwords.match('correct horse batterz', kept)).toBe(false);
  });

  it('takes a password as the same however its letters were composed', async () => {
    const kept = await passwords.hash('motörhead-1975');
    expect(await passwords.match('moto\u0308rhead-1975', kept)).toBe(true);
  });

  it('matches nothing where there is no hash', async () => {
    expect(await passwords.match('', undefined)).toBe(false);
  });

  it('knows a hash of another cost', async () => {
    expect(passwords.isOutdated(await passwords.hash('correct horse battery'))).toBe(false);
    expect(passwords.isOutdated(await hash('correct horse battery', { memoryCost: 8_192, timeCost: 2 }))).toBe(true);
  });

  it('refuses when too many wait', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 120 }, () => passwords.match('correct horse battery', undefined)),
    );
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(refused.length).toBeGreaterThanOrEqual(20); // more where the first ones take too long
    expect(refused[0]).toMatchObject({ code: 'http.overloaded', status: 503 });
  });
});
