import type { ModuleMap } from '#libs/messaging';

/**
 * THE MAP: one entry a module. `needs` names the modules whose contract it uses, `hears` the commands and events it
 * handles. Publishers find their subscribers here, whether or not these run in the same process.
 */
export const modules = {
  accounts: {
    needs: [],
    hears: [],
    load: async () => (await import('./accounts/accounts.module.js')).AccountsModule,
  },
  catalog: {
    needs: [],
    hears: [],
    load: async () => (await import('./catalog/catalog.module.js')).CatalogModule,
  },
  inventory: {
    needs: [],
    hears: [
      'inventory.reserve-stock',
      'inventory.commit-reservation',
      'inventory.release-reservation',
      'inventory.extend-reservation',
    ],
    load: async () => (await import('./inventory/inventory.module.js')).InventoryModule,
  },
  payments: {
    needs: [],
    hears: ['payments.capture-payment', 'payments.refund-payment', 'payments.check-payment', 'payments.pay-back'],
    load: async () => (await import('./payments/payments.module.js')).PaymentsModule,
  },
  orders: {
    needs: ['catalog', 'inventory', 'payments'],
    hears: [
      'inventory.stock-reserved',
      'inventory.stock-refused',
      'inventory.reservation-overdue',
      'payments.payment-captured',
      'payments.payment-declined',
      'payments.payment-refunded',
    ],
    load: async () => (await import('./orders/orders.module.js')).OrdersModule,
  },
  notifications: {
    needs: ['orders'],
    background: true,
    hears: [
      'orders.order-confirmed',
      'orders.order-rejected',
      'orders.order-cancelled',
      'orders.order-expired',
      'orders.order-fulfilled',
      'notifications.send-notification',
    ],
    load: async () => (await import('./notifications/notifications.module.js')).NotificationsModule,
  },
  console: {
    needs: ['accounts', 'catalog', 'inventory', 'payments', 'orders', 'notifications'],
    hears: [],
    load: async () => (await import('./console/console.module.js')).ConsoleModule,
  },
} satisfies ModuleMap;
