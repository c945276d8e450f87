import type { TopologyName } from './topologies.js';

/** Everything that a journey cannot show on some topologies, with the reason: the only opt-outs there are. */
const OPT_OUTS = {
  'malformed and oversized HTTP': {
    on: ['three replicas behind nginx', 'orders pulled out, a database each'],
    because: 'the proxy in front reads the request first, and refuses it in its own words',
  },
  'deadlines of a request': {
    on: ['three replicas behind nginx', 'orders pulled out, a database each'],
    because: 'nginx waits for the body itself, and has a deadline between two reads only',
  },
  'the counters of a process': {
    on: [
      'every module its own process',
      'three replicas behind nginx',
      'two processes on one port',
      'orders pulled out, a database each',
    ],
    because: 'each process counts for itself, and any of them may answer',
  },
} as const satisfies Record<string, { on: readonly TopologyName[]; because: string }>;

/** Whether this is shown on the topology that runs; says aloud where it is not. */
export function isShown(what: keyof typeof OPT_OUTS): boolean {
  const topology = process.env.TOPOLOGY ?? 'one process';
  const { on, because } = OPT_OUTS[what];
  if (!(on as readonly string[]).includes(topology)) return true;
  process.stderr.write(`NOT SHOWN on "${topology}": ${what}: ${because}.\n`);
  return false;
}
