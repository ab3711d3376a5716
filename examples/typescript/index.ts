import { cents, format, type Currency } from './money';

interface Line {
  item: string;
  price: number;
  count: number;
}

interface Order {
  currency: Currency;
  lines: Line[];
}

export const handler = async (order: Order) => {
  const total = order.lines.reduce((sum, { price, count }) => sum + cents(price) * count, 0);
  console.log(`${order.lines.length} lines`);
  return { total: format(total, order.currency) };
};
