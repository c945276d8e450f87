// Adds up what the steps of a test run left behind: Jest's JSON reports, and `passed` or `failed` of the checks.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder, status] = process.argv;
let passed = 0;
let failed = 0;
for (const name of readdirSync(folder)) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests; // nothing may be skipped
}
if (Number(status) !== 0 && failed === 0) failed = 1; // a check before the tests
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
