import { describe, expect, it } from '@jest/globals';
import { modules } from '../../src/modules.js';
import { breakingChanges } from '../contracts/breaking-changes.js';
import { CONTRACTS_PATH, contractsOfCode, contractsOfFile } from '../contracts/contracts.js';
import { fileAt, previousRelease } from '../support/previous-release.js';

describe('the wire form of every message', () => {
  it('is committed as the code has it', async () => {
    const fresh = { is: await contractsOfCode(), mend: 'npm run contracts' };
    expect({ is: contractsOfFile(), mend: 'npm run contracts' }).toEqual(fresh);
  });

  it('is known of every message that a module hears', async () => {
    const known = Object.keys(await contractsOfCode());
    const heard = Object.values(modules).flatMap(({ hears }) => hears);
    expect(heard.length).toBeGreaterThan(10);
    expect(heard.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => name.endsWith('.list-dead-letters')).length).toBeGreaterThan(1);
  });

  it('breaks nothing that the release before sends or reads', () => {
    const before = released();
    if (before) expect(breakingChanges(contractsOfFile(before), contractsOfFile())).toEqual([]);
  });
});

/** The committed file of the release before; says why where there is none to compare with. */
function released(): string | undefined {
  let why = `it had no ${CONTRACTS_PATH}`;
  try {
    const text = fileAt(previousRelease(), CONTRACTS_PATH);
    if (text !== undefined) return text;
  } catch (error) {
    why = (error as Error).message;
  }
  console.log(`The contracts are not compared with the release before: ${why}`);
  return undefined;
}
