import { command, event, query } from '#libs/kernel';
import { z } from 'zod';

const line = z.object({ sku: z.string(), quantity: z.int().positive() });

/** Reserves all lines of an order or none. Answered by StockReserved or StockRefused. */
export const ReserveStock = command(
  'inventory.reserve-stock',
  z.object({ orderId: z.uuid(), lines: z.array(line).min(1), expiresAt: z.iso.datetime() }),
);

/** The order is confirmed: its units leave the stock. */
export const CommitReservation = command('inventory.commit-reservation', z.object({ orderId: z.uuid() }));

/** The order has ended otherwise: what it holds or took comes back. Early, it keeps a later ReserveStock from reserving. */
export const ReleaseReservation = command('inventory.release-reservation', z.object({ orderId: z.uuid() }));

/** Keeps a reservation that was overdue: its order is still on its way. */
export const ExtendReservation = command(
  'inventory.extend-reservation',
  z.object({ orderId: z.uuid(), expiresAt: z.iso.datetime() }),
);

export const StockReserved = event('inventory.stock-reserved', z.object({ orderId: z.uuid() }));

export const StockRefused = event(
  'inventory.stock-refused',
  z.object({ orderId: z.uuid(), sku: z.string().meta({ description: 'The first SKU that was short.' }) }),
);

/** A reservation outlived its time. Whoever made it says what becomes of it: release, commit or extend. */
export const ReservationOverdue = event('inventory.reservation-overdue', z.object({ orderId: z.uuid() }));

export const GetAvailability = query('inventory.get-availability', {
  question: z.object({ skus: z.array(z.string()).max(2_000) }),
  answer: z.array(z.object({ sku: z.string(), available: z.int() })),
});

/** What became of the stock of these orders; those without a reservation are left out. */
export const ListReservations = query('inventory.list-reservations', {
  question: z.object({ orderIds: z.array(z.uuid()).max(500) }),
  answer: z.array(z.object({ orderId: z.uuid(), status: z.enum(['reserved', 'refused', 'committed', 'released']) })),
});
