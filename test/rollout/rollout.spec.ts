import { describe, expect, it } from '@jest/globals';
import { runTool } from '../support/run-tool.js';

const AT_LEAST = 20_000;
const DEADLINE_MS = 900_000;

describe('a rollout under constant load', () => {
  it(
    'restarts, scales, kills and splits, and loses no request and no order',
    async () => {
      const { code, out, err } = await runTool('drill', ['rollout', '--requests', String(AT_LEAST)], {
        deadlineMs: DEADLINE_MS,
      });
      process.stderr.write(out); // the figures are what this is for
      if (code !== 0) throw new Error(`The drill ended with ${code}:\n${out}${err.split('\n').slice(-40).join('\n')}`);
      const [, requests] = /^([\d,]+) requests, 0 lost; in flight on the killed replica: \d+\.$/m.exec(out) ?? [];
      expect(Number(requests?.replaceAll(',', ''))).toBeGreaterThanOrEqual(AT_LEAST); // NaN where there is no such line
      expect(out).toMatch(/^([\d,]+) orders accepted, \1 confirmed, 0 lost\.$/m);
      expect(out).toMatch(/^No request and no order lost, none done twice\.$/m);
    },
    DEADLINE_MS + 100_000,
  );
});
