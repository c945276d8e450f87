import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { fileAt } from '../support/previous-release.js';
import { breakingChanges } from './breaking-changes.js';
import { CONTRACTS_FILE, CONTRACTS_PATH, contractsOfCode, contractsOfFile } from './contracts.js';

/** `npm run contracts`: writes the wire form of every message, unless that breaks what is committed. */
const committed = fileAt('HEAD', CONTRACTS_PATH) ?? onDisk() ?? '{}';
const contracts = await contractsOfCode();
const faults = breakingChanges(contractsOfFile(committed), contracts);
if (faults.length > 0) {
  console.error(`${CONTRACTS_PATH} is left as it is, since these changes break a rollout:\n`);
  for (const fault of faults) console.error(`  ${fault}`);
  console.error('\nWhat to do instead: libs/messaging/README.md, "To change a contract or a table".');
  process.exit(1);
}
const options = { ...(await resolveConfig(CONTRACTS_FILE)), filepath: CONTRACTS_FILE };
writeFileSync(CONTRACTS_FILE, await format(JSON.stringify(contracts), options));
console.log(`${CONTRACTS_PATH}: ${Object.keys(contracts).length} messages.`);

function onDisk(): string | undefined {
  try {
    return readFileSync(CONTRACTS_FILE, 'utf8');
  } catch {
    return undefined;
  }
}
