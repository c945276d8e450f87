export interface Line {
  sku: string;
  quantity: number;
}

/** Units by SKU; lines that name the same SKU are added up. */
export type Quantities = Map<string, number>;

export function addLines(quantities: Quantities, lines: readonly Line[], sign: 1 | -1 = 1): Quantities {
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + sign * quantity);
  return quantities;
}
