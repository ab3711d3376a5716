export type Currency = 'EUR' | 'USD' | 'GBP';

/** In the smallest unit, so that sums are exact. */
export function cents(amount: number): number {
  if (!Number.isFinite(amount) || amount < 0) throw new RangeError(`${amount} is no price`);
  return Math.round(amount * 100);
}

export function format(amount: number, currency: Currency): string {
  return `${currency} ${(amount / 100).toFixed(2)}`;
}
