/** Of a tax rate: 8875 is 8.875 %. */
export const RATE_UNITS = 100_000;

/** Whether prices contain the tax already. */
export interface TaxRule {
  /** In RATE_UNITS. */
  rate: number;
  inclusive: boolean;
}

/** The tax of one amount, both in minor units, rounded half up: the one place where an order rounds. */
export function taxOf(amount: number, { rate, inclusive }: TaxRule): number {
  return divideHalfUp(amount, rate, inclusive ? RATE_UNITS + rate : RATE_UNITS);
}

/** `amount * numerator / denominator`, for integers that are not negative. */
function divideHalfUp(amount: number, numerator: number, denominator: number): number {
  const twice = 2 * amount * numerator + denominator;
  if (Number.isSafeInteger(twice)) {
    const rest = twice % (2 * denominator);
    return (twice - rest) / (2 * denominator); // exact, where the quotient of floating point may not be
  }
  return Number((2n * BigInt(amount) * BigInt(numerator) + BigInt(denominator)) / (2n * BigInt(denominator)));
}
