// `npm test`: every check and the suites of `everyday`, one after the other, each with its time; the first failure of a
// check ends it, a failed suite does not keep the others from running. `npm run test:all` runs the suites of `thorough`
// too. With TEST_RESULTS=folder, Jest leaves its reports there, and a suite that has one already is not run again.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const started = Date.now();
const lines = [];

const checks = ['client', 'format', 'lint', 'types', 'boundaries', 'openapi:lint'];
const on = (topology) => ({ name: `journeys: ${topology}`, project: 'journeys', env: { TOPOLOGY: topology } });
const suite = (project) => ({ name: project, project });
const everyday = [
  ...['unit', 'messaging'].map(suite),
  on('one process'),
  on('one process, everything twice'),
  on('every module its own process'),
  ...['placement', 'start', 'engines', 'k8s'].map(suite),
];
const thorough = [
  on('three replicas behind nginx'),
  on('API and workers apart'),
  on('two processes on one port'),
  on('orders pulled out, a database each'),
  suite('growth'),
  suite('balancing'),
  { ...suite('rollout'), args: ['--runInBand'] }, // a drill and an installation are too much for two cores
  suite('containers'),
];

if (process.env.TEST_RESULTS === undefined || !existsSync(reportOf(everyday[0]))) {
  for (const check of checks) {
    if (!step(check, ['npm', ['run', '--silent', check]])) end(1);
  }
}
if (process.argv.includes('--checks')) end(0);
const suites = process.argv.includes('--all') ? [...everyday, ...thorough] : everyday;
const failures = suites.filter((suite) => {
  const report = process.env.TEST_RESULTS ? ['--json', `--outputFile=${reportOf(suite)}`] : [];
  if (report.length > 0 && existsSync(reportOf(suite))) {
    lines.push(`before ${suite.name}`);
    return false;
  }
  const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', suite.project, ...(suite.args ?? []), ...report];
  return !step(suite.name, [process.execPath, ['--experimental-vm-modules', '--no-warnings', ...jest]], suite.env);
});
end(failures.length);

function reportOf({ name }) {
  return join(process.env.TEST_RESULTS ?? '', `${name.replaceAll(/\W+/g, '-')}.json`);
}

function step(name, [command, args], env = {}) {
  console.log(`\n--- ${name}`);
  const begun = Date.now();
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  lines.push(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(46)} ${seconds(begun)} s`);
  return status === 0;
}

function end(code) {
  console.log(
    `\n${lines.join('\n')}\n${code === 0 ? 'All is well' : 'Not all is well: see above'}, after ${seconds(started)} s.`,
  );
  process.exit(code === 0 ? 0 : 1);
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1).padStart(6);
}
