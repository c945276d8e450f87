import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { GetOrderAnswer } from './answers/get-order.js';
import { OrdersController } from './http/orders.controller.js';
import { QuotesController } from './http/quotes.controller.js';
import { ConfirmWhenPaymentIsCaptured } from './reactions/confirm-when-payment-is-captured.js';
import { NoteWhenPaymentIsRefunded } from './reactions/note-when-payment-is-refunded.js';
import { RejectWhenPaymentIsDeclined } from './reactions/reject-when-payment-is-declined.js';
import { RejectWhenStockIsRefused } from './reactions/reject-when-stock-is-refused.js';
import { RequestPaymentWhenStockIsReserved } from './reactions/request-payment-when-stock-is-reserved.js';
import { SettleWhenReservationIsOverdue } from './reactions/settle-when-reservation-is-overdue.js';
import {
  Orders1760000000200,
  OrdersByStatus1764200000220,
  OrdersPricing1764200000210,
  OrdersWritten1764200000230,
} from './store/migrations.js';
import { PricingRules } from './store/pricing-rules.js';
import { OrderStore } from './store/order-store.js';
import { CancelOrder } from './use-cases/cancel-order.js';
import { EarlierPlacements } from './use-cases/earlier-placements.js';
import { EndOrder } from './use-cases/end-order.js';
import { ExpireOverdueOrders } from './use-cases/expire-overdue-orders.js';
import { ForgetOldKeys } from './use-cases/forget-old-keys.js';
import { FulfilOrder } from './use-cases/fulfil-order.js';
import { PlaceOrder } from './use-cases/place-order.js';
import { QuoteLines } from './use-cases/quote-lines.js';
import { OrderWaiters } from './use-cases/wait-for-order.js';
import { ReconciliationController } from './http/reconciliation.controller.js';
import { BooksStore } from './store/books-store.js';
import { ReconcileOrders } from './use-cases/reconcile-orders.js';

@Module({
  imports: [
    FeatureModule.for({
      module: 'orders',
      migrations: [
        idempotencyTable('orders'),
        Orders1760000000200,
        OrdersPricing1764200000210,
        OrdersByStatus1764200000220,
        OrdersWritten1764200000230,
      ],
    }),
  ],
  controllers: [OrdersController, QuotesController, ReconciliationController],
  providers: [
    BooksStore,
    CancelOrder,
    ConfirmWhenPaymentIsCaptured,
    EarlierPlacements,
    EndOrder,
    ExpireOverdueOrders,
    ForgetOldKeys,
    FulfilOrder,
    GetOrderAnswer,
    NoteWhenPaymentIsRefunded,
    OrderStore,
    OrderWaiters,
    PlaceOrder,
    PricingRules,
    QuoteLines,
    ReconcileOrders,
    RejectWhenPaymentIsDeclined,
    RejectWhenStockIsRefused,
    RequestPaymentWhenStockIsReserved,
    SettleWhenReservationIsOverdue,
  ],
})
export class OrdersModule {}
