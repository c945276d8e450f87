import { isDeepStrictEqual } from 'node:util';
import type { Contract, Contracts } from './contracts.js';
import { refusals } from './refusals.js';

/**
 * What breaks where processes of both run side by side, as they do in every rollout: each has to read what the other
 * writes. Empty where nothing does. The rule in words: libs/messaging/README.md, "To change a contract or a table".
 */
export function breakingChanges(before: Contracts, after: Contracts): string[] {
  return Object.entries(before).flatMap(([name, old]) => {
    const now = after[name];
    const faults = now ? changes(old, now) : removal(old);
    return faults.map((fault) => `${name}: ${fault}`);
  });
}

function removal(old: Contract): string[] {
  return old.retired ? [] : ['removed, but the release before still sends it. Retire it first, for one release.'];
}

function changes(old: Contract, now: Contract): string[] {
  if (old.kind !== now.kind) return [`its kind changed from ${old.kind} to ${now.kind}. Give it another name.`];
  const parts = (['payload', 'question', 'answer'] as const).flatMap((part) => {
    const [was, is] = [old[part], now[part]];
    if (!was || !is) return [];
    const newer = refusals(is.writes, was.reads ?? was.writes).map((reason) => `of this release: ${reason}`);
    const older = refusals(was.writes, is.reads ?? is.writes).map((reason) => `of the release before: ${reason}`);
    return [
      ...newer.map((reason) => `the release before refuses the ${part} ${reason}.`),
      ...older.map((reason) => `this release refuses the ${part} ${reason}.`),
    ];
  });
  return [...versionFaults(old, now), ...parts];
}

/** The version tells a reader, a log and a dead letter which form they have before them. */
function versionFaults(old: Contract, now: Contract): string[] {
  const [was, is] = [old.version ?? 0, now.version ?? 0];
  if (is < was) return [`its version went down from ${was} to ${is}.`];
  const changed = !isDeepStrictEqual(old.payload, now.payload);
  return changed && is === was ? [`changed: raise its version to ${was + 1}.`] : [];
}
