import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { GetAvailabilityAnswer } from './answers/get-availability.js';
import { StockController } from './http/stock.controller.js';
import { Inventory1760000000100, LedgerSums1764200000110 } from './store/migrations.js';
import { CommitReservationUseCase } from './use-cases/commit-reservation.js';
import { ReadStock } from './use-cases/read-stock.js';
import { ReleaseReservationUseCase } from './use-cases/release-reservation.js';
import { ReportOverdueReservations } from './use-cases/report-overdue-reservations.js';
import { ReserveStockUseCase } from './use-cases/reserve-stock.js';
import { SetManyStocks } from './use-cases/set-many-stocks.js';
import { SetStock } from './use-cases/set-stock.js';
import { ForgetOldReservations } from './use-cases/forget-old-reservations.js';
import { ListReservationsAnswer } from './answers/list-reservations.js';

@Module({
  imports: [
    FeatureModule.for({
      module: 'inventory',
      migrations: [idempotencyTable('inventory'), Inventory1760000000100, LedgerSums1764200000110],
    }),
  ],
  controllers: [StockController],
  providers: [
    CommitReservationUseCase,
    ForgetOldReservations,
    GetAvailabilityAnswer,
    ListReservationsAnswer,
    ReadStock,
    ReleaseReservationUseCase,
    ReportOverdueReservations,
    ReserveStockUseCase,
    SetManyStocks,
    SetStock,
  ],
})
export class InventoryModule {}
