import type { Address, Fulfilment, Order, OrderStatus } from '../contract/index.js';
import { before } from '../domain/order-status.js';

/** A row of orders.orders with its lines, as ORDER_COLUMNS selects it. */
export interface OrderRow {
  id: string;
  number: string;
  status: OrderStatus;
  reason: string | null;
  note: string | null;
  email: string;
  customer_id: string | null;
  currency: string;
  subtotal: string;
  shipping: string;
  tax: string;
  grand_total: string;
  tax_included: boolean | null;
  payment_status: Order['payment']['status'];
  payment_method: string;
  payment_token: string | null;
  shipping_address: Address | null;
  billing_address: Address | null;
  metadata: Record<string, string>;
  placed_at: Date;
  updated_at: Date;
  lines: {
    sku: string;
    productId: string | null;
    title: string;
    quantity: number;
    unitPrice: number;
    tax: number | null;
  }[];
  fulfilments: Fulfilment[] | null;
}

export const ORDER_COLUMNS = `
  o.id, o.number, o.status, o.reason, o.note, o.email, o.customer_id, o.currency, o.subtotal, o.shipping, o.tax, o.grand_total, o.tax_included,
  o.payment_status, o.payment_method, o.payment_token,
  o.shipping_address, o.billing_address, o.metadata, o.placed_at, o.updated_at,
  (SELECT json_agg(json_build_object('sku', l.sku, 'productId', l.product_id, 'title', l.title, 'quantity', l.quantity,
     'unitPrice', l.unit_price, 'tax', l.tax) ORDER BY l.position)
   FROM orders.lines l WHERE l.bucket = o.bucket AND l.order_id = o.id) AS lines,
  (SELECT json_agg(json_build_object('id', f.id, 'lines', f.lines, 'tracking', f.tracking, 'createdAt', f.created_at)
     ORDER BY f.id)
   FROM orders.fulfilments f WHERE f.bucket = o.bucket AND f.order_id = o.id) AS fulfilments`;

export function orderOf(row: OrderRow): Order {
  const money = (amount: number | string) => ({ amount: Number(amount), currency: row.currency });
  const fulfilments = (row.fulfilments ?? []).map(fulfilmentOf);
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    reason: row.reason ?? undefined,
    note: row.note ?? undefined,
    email: row.email,
    customerId: row.customer_id ?? undefined,
    lines: withFulfilled(row, fulfilments).map(({ sku, productId, title, quantity, unitPrice, tax, fulfilled }) => ({
      sku,
      productId: productId ?? undefined,
      title,
      quantity,
      fulfilled,
      unitPrice: money(unitPrice),
      tax: tax === null ? undefined : money(tax),
      total: money(unitPrice * quantity),
    })),
    totals: {
      subtotal: money(row.subtotal),
      shipping: money(row.shipping),
      tax: money(row.tax),
      taxIncluded: row.tax_included ?? undefined,
      grandTotal: money(row.grand_total),
    },
    payment: { status: row.payment_status, method: row.payment_method },
    shippingAddress: row.shipping_address ?? undefined,
    billingAddress: row.billing_address ?? undefined,
    fulfilments,
    cancellable: before('cancelled').includes(row.status) && fulfilments.length === 0,
    metadata: row.metadata,
    placedAt: row.placed_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function fulfilmentOf({ id, lines, tracking, createdAt }: Fulfilment): Fulfilment {
  return { id, lines, tracking: tracking ?? undefined, createdAt: new Date(createdAt).toISOString() };
}

/** Shipped units go to the lines of their SKU in turn. */
function withFulfilled({ lines }: OrderRow, fulfilments: readonly Fulfilment[]) {
  const shipped = new Map<string, number>();
  for (const { sku, quantity } of fulfilments.flatMap((one) => one.lines)) {
    shipped.set(sku, (shipped.get(sku) ?? 0) + quantity);
  }
  return lines.map((line) => {
    const fulfilled = Math.min(shipped.get(line.sku) ?? 0, line.quantity);
    shipped.set(line.sku, (shipped.get(line.sku) ?? 0) - fulfilled);
    return { ...line, fulfilled };
  });
}
