// `npm test`: every check and every suite, one after the other, each with its time; the first failure of a check ends
// it, a failed suite does not keep the others from running. With TEST_RESULTS=folder, Jest leaves its reports there.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

process.chdir(join(import.meta.dirname, '..'));
const started = Date.now();
const checks = ['client', 'format', 'lint', 'types', 'boundaries', 'openapi:lint'];
const suites = ['unit', 'messaging', 'journeys', 'start'];
const lines = [];

for (const check of checks) {
  if (!step(check, ['npm', ['run', '--silent', check]])) end(1);
}
if (process.argv.includes('--checks')) end(0);
const failures = suites.filter((suite) => {
  const report = process.env.TEST_RESULTS
    ? ['--json', `--outputFile=${join(process.env.TEST_RESULTS, `${suite}.json`)}`]
    : [];
  const jest = ['node_modules/jest/bin/jest.js', '--selectProjects', suite, '--forceExit=false', ...report];
  return !step(suite, [process.execPath, ['--experimental-vm-modules', '--no-warnings', ...jest]]);
});
end(failures.length);

function step(name, [command, args]) {
  console.log(`\n--- ${name}`);
  const begun = Date.now();
  const { status } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  lines.push(`${status === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds(begun)} s`);
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
