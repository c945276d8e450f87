// Adds up the reports that Jest left in the folder, and tells again of each test that did not pass.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder, status] = process.argv;
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests; // nothing may be skipped
  for (const { message, assertionResults } of report.testResults) {
    const unwell = assertionResults.filter(({ status }) => status !== 'passed');
    for (const { status, fullName, failureMessages } of unwell) tell(`${status} ${fullName}`, failureMessages[0]);
    if (assertionResults.length === 0) tell('failed to run', message);
  }

  function tell(what, why = '') {
    console.log(`${name.replace('.json', '')}: ${what}\n${why.split('\n').slice(0, 12).join('\n')}\n`);
  }
}
if (Number(status) !== 0 && failed === 0) failed = 1; // a check before the tests
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
