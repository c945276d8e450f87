import { parseArgs } from 'node:util';
import { command, Fault, wholeNumberOf } from '../load/command.js';
import { rollout } from './rollout.js';

const HELP = `Changes the deployment under constant load, and counts what a caller would notice.

  npm run drill -- rollout [--requests 20000]

  rollout     behind a balancer: a scale from one to four, the kill -9 of a replica, a rolling restart of the three, a scale
              to one, and the change from one process to every module its own
  --requests  at least so many, in all: 20000

Everything runs on this machine, on processes and data of its own. Exits 1 where a request or an order is lost; a killed
replica may fail what was in flight on it, and the repeats with the same key must end once.`;

await command(HELP, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { requests: { type: 'string', default: '20000' } },
  });
  if (positionals.join() !== 'rollout') throw new Fault('Say which drill: npm run drill -- rollout. --help says more.');
  return rollout(wholeNumberOf('requests', values.requests, 100));
});
