import type { Order, OrderStatus } from '../contract/index.js';

/** A row of orders.orders with its lines, as ORDER_COLUMNS selects it. */
export interface OrderRow {
  id: string;
  number: string;
  status: OrderStatus;
  reason: string | null;
  email: string;
  customer_id: string | null;
  currency: string;
  subtotal: string;
  shipping: string;
  tax: string;
  grand_total: string;
  payment_status: Order['payment']['status'];
  payment_method: string;
  payment_token: string | null;
  metadata: Record<string, string>;
  placed_at: Date;
  updated_at: Date;
  lines: { sku: string; title: string; quantity: number; unitPrice: number }[];
}

export const ORDER_COLUMNS = `
  o.id, o.number, o.status, o.reason, o.email, o.customer_id, o.currency, o.subtotal, o.shipping, o.tax, o.grand_total,
  o.payment_status, o.payment_method, o.payment_token, o.metadata, o.placed_at, o.updated_at,
  (SELECT json_agg(json_build_object('sku', l.sku, 'title', l.title, 'quantity', l.quantity, 'unitPrice', l.unit_price)
     ORDER BY l.position)
   FROM orders.lines l WHERE l.bucket = o.bucket AND l.order_id = o.id) AS lines`;

export function orderOf(row: OrderRow): Order {
  const money = (amount: number | string) => ({ amount: Number(amount), currency: row.currency });
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    reason: row.reason ?? undefined,
    email: row.email,
    customerId: row.customer_id ?? undefined,
    lines: row.lines.map(({ sku, title, quantity, unitPrice }) => ({
      sku,
      title,
      quantity,
      unitPrice: money(unitPrice),
      total: money(unitPrice * quantity),
    })),
    totals: {
      subtotal: money(row.subtotal),
      shipping: money(row.shipping),
      tax: money(row.tax),
      grandTotal: money(row.grand_total),
    },
    payment: { status: row.payment_status, method: row.payment_method },
    metadata: row.metadata,
    placedAt: row.placed_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
