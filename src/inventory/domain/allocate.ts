import { addLines, type Line, type Quantities } from './quantities.js';

export interface Claim {
  orderId: string;
  lines: readonly Line[];
}

export interface Allocation {
  reserved: string[];
  /** Orders that got nothing, each with the first SKU that was short. */
  refused: { orderId: string; sku: string }[];
  /** Units taken, by SKU. */
  taken: Quantities;
}

/** First come, first served: each claim gets all of its lines or none. `available` is in units by SKU. */
export function allocate(claims: readonly Claim[], available: ReadonlyMap<string, number>): Allocation {
  const result: Allocation = { reserved: [], refused: [], taken: new Map() };
  for (const { orderId, lines } of claims) {
    const wanted = addLines(new Map(), lines);
    const short = [...wanted].find(([sku, quantity]) => {
      return quantity > (available.get(sku) ?? 0) - (result.taken.get(sku) ?? 0);
    });
    if (short) {
      result.refused.push({ orderId, sku: short[0] });
    } else {
      result.reserved.push(orderId);
      addLines(result.taken, lines);
    }
  }
  return result;
}
