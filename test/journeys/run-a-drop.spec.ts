import { describe, expect, it } from '@jest/globals';
import { shopUrl } from '../support/api.js';
import { runTool } from '../support/run-tool.js';

describe('a drop', () => {
  it('sells every unit once, tells every buyer, and prints what it took', async () => {
    const { code, out } = await runTool('drop', ['--buyers', '150', '--stock', '20', '--url', shopUrl()]);
    expect(out).toMatch(/^ {2}confirmed +20\n {2}rejected +130\n {2}errors +0$/m);
    expect(out).toMatch(/^ {2}knowing( +[\d.]+ s){4}$/m);
    expect(out).toMatch(/^20 units sold of 20 there; 0 left\.$/m);
    expect(out).toMatch(/^Durability: fsync on, full_page_writes on, synchronous_commit on\.$/m);
    expect(out).toMatch(/^No unit oversold, lost or sold twice\.$/m);
    expect(code).toBe(0);
  }, 120_000);
});
