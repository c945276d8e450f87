import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsTable } from '#libs/config';
import { describe, expect, it } from '@jest/globals';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

describe('the README', () => {
  it('has the settings table that the schema generates (npm run settings prints it)', () => {
    const table = settingsTable().split('\n');
    for (const row of table) expect(readme.split('\n')).toContain(row);
  });

  it('names tests that exist for its promises', () => {
    const tests = readme.match(/test\/[\w/-]+\.spec\.ts/g) ?? [];
    expect(tests.length).toBeGreaterThan(5);
    for (const test of tests) expect(readFileSync(join(import.meta.dirname, '../..', test), 'utf8')).toContain('it(');
  });
});
