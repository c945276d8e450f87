import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { QuotePricesAnswer } from './answers/quote-prices.js';
import { Catalog1760000000400 } from './store/migrations.js';

@Module({
  imports: [FeatureModule.for({ module: 'catalog', migrations: [idempotencyTable('catalog'), Catalog1760000000400] })],
  providers: [QuotePricesAnswer],
})
export class CatalogModule {}
