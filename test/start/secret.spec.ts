import { describe, expect, it } from '@jest/globals';
import { type Entry, SECRET, spawnServer } from '../support/server.js';

const DATABASE_URL = 'postgres://floodgate:hunter2@127.0.0.1:9/shop';

async function said(env: Record<string, string>, entry: Entry = 'main') {
  const server = spawnServer({ PORT: '0', DATABASE_URL, SECRET: '', ...env }, entry);
  expect(await server.exited).toBe(1);
  return server.output();
}

describe('outside of the embedded default', () => {
  const ways: [string, Entry, Record<string, string>][] = [
    ['npm start', 'main', {}],
    ['PROCESSES=2', 'main', { PROCESSES: '2' }],
    ['npm run start:split', 'split', {}],
    ['the image', 'main', { NODE_ENV: 'production' }],
  ];
  it.each(ways)('%s starts with a secret only, and says how to make one', async (_, entry, env) => {
    expect(await said(env, entry)).toMatch(
      /^ *.*SECRET: needed outside of the embedded default.* openssl rand -hex 32/m,
    );
    expect(await said({ ...env, SECRET }, entry)).not.toContain('SECRET:');
  });

  it('the development secret is taken where it is asked for by name, and never in production', async () => {
    expect(await said({})).toContain('SECRET=development');
    expect(await said({ SECRET: 'development' })).toMatch(/database does not work/);
    const production = { NODE_ENV: 'production' };
    expect(await said(production)).not.toContain('SECRET=development');
    expect(await said({ ...production, SECRET: 'development' })).toContain('SECRET: the development secret is public');
  });

  it('a migration needs none, nor anything else that only a server needs', async () => {
    const migrated = await said({ NODE_ENV: 'production' }, 'migrate');
    expect(migrated).toMatch(/^\{.*Floodgate cannot migrate\. .*127\.0\.0\.1:9/);
  });
});
