import { skuFault } from '#libs/kernel';
import type { Quantities } from './quantities.js';

/** Units of a SKU that somebody counted. */
export interface Count {
  sku: string;
  onHand: number;
}

export interface CountOutcome {
  sku: string;
  outcome: 'created' | 'updated' | 'unchanged' | 'refused';
  /** Why it was refused. */
  reason?: string;
}

interface Level {
  on_hand: number;
  reserved: number;
}

export const MOST_UNITS = 1_000_000_000;

/** What is wrong with a count by itself; undefined where nothing is. */
export function faultOf({ sku, onHand }: Count): string | undefined {
  const fault = skuFault(sku);
  if (fault) return fault;
  if (!Number.isInteger(onHand) || onHand < 0 || onHand > MOST_UNITS) {
    return `onHand is not a whole number from 0 to ${MOST_UNITS}.`;
  }
  return undefined;
}

/**
 * Decides counts one after the other, so the last one of a SKU wins. `stock` has a level for every SKU whose count has
 * no fault; those in `created` had none before. With `ifAbsent` the others stay as they are.
 */
export function applyCounts(
  counts: readonly Count[],
  stock: ReadonlyMap<string, Level>,
  created: ReadonlySet<string>,
  ifAbsent: boolean,
): { outcomes: CountOutcome[]; changes: Quantities } {
  const changes: Quantities = new Map();
  const outcomes = counts.map((count): CountOutcome => {
    const { sku, onHand } = count;
    const level = stock.get(sku);
    const fault = faultOf(count);
    if (fault || !level) return { sku, outcome: 'refused', reason: fault };
    if (onHand < level.reserved) {
      return { sku, outcome: 'refused', reason: `${level.reserved} units are reserved; on hand cannot go below.` };
    }
    if (created.has(sku)) {
      changes.set(sku, onHand - level.on_hand);
      return { sku, outcome: 'created' };
    }
    if (ifAbsent || onHand === level.on_hand + (changes.get(sku) ?? 0)) return { sku, outcome: 'unchanged' };
    changes.set(sku, onHand - level.on_hand);
    return { sku, outcome: 'updated' };
  });
  return { outcomes, changes };
}
