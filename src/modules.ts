import type { ModuleMap } from '#libs/messaging';

/**
 * THE MAP: one entry a module. `needs` names the modules whose contract it uses, `serves` where its HTTP paths begin,
 * `hears` the commands and events it handles. Publishers find their subscribers here, a balancer its backends, whether
 * or not these run in the same process.
 */
export const modules = {
  accounts: {
    needs: [],
    serves: ['/v1/accounts', '/v1/sessions', '/v1/api-keys', '/.well-known/jwks.json'],
    hears: [],
    load: async () => (await import('./accounts/accounts.module.js')).AccountsModule,
  },
  catalog: {
    needs: [],
    serves: ['/v1/products', '/v1/categories'],
    hears: [],
    load: async () => (await import('./catalog/catalog.module.js')).CatalogModule,
  },
  inventory: {
    needs: ['catalog'],
    serves: ['/v1/stock', '/v1/availability'],
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
    serves: [],
    hears: ['payments.capture-payment', 'payments.refund-payment', 'payments.check-payment', 'payments.pay-back'],
    load: async () => (await import('./payments/payments.module.js')).PaymentsModule,
  },
  orders: {
    needs: ['catalog', 'inventory', 'payments'],
    serves: ['/v1/orders', '/v1/quotes', '/v1/reconciliation'],
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
    serves: ['/v1/notifications'],
    background: true,
    hears: [
      'orders.order-confirmed',
      'orders.order-rejected',
      'orders.order-cancelled',
      'orders.order-expired',
      'orders.order-partly-fulfilled',
      'orders.order-fulfilled',
      'notifications.send-notification',
    ],
    load: async () => (await import('./notifications/notifications.module.js')).NotificationsModule,
  },
  console: {
    needs: ['accounts', 'catalog', 'inventory', 'payments', 'orders', 'notifications'],
    serves: ['/v1/dead-letters'],
    hears: [],
    load: async () => (await import('./console/console.module.js')).ConsoleModule,
  },
} satisfies ModuleMap;
