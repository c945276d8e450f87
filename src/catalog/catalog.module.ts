import { idempotencyTable } from '#libs/http';
import { FeatureModule } from '#libs/messaging';
import { Module } from '@nestjs/common';
import { QuotePricesAnswer } from './answers/quote-prices.js';
import { CategoriesController } from './http/categories.controller.js';
import { ProductsController } from './http/products.controller.js';
import { CategoryList } from './store/category-list.js';
import { Catalog1760000000400 } from './store/migrations.js';
import { ProductList } from './store/product-list.js';
import { ProductStore } from './store/product-store.js';
import { QuotedPrices } from './store/quoted-prices.js';
import { ChangeProduct } from './use-cases/change-product.js';
import { CreateProduct } from './use-cases/create-product.js';
import { ImportProducts } from './use-cases/import-products.js';

@Module({
  imports: [FeatureModule.for({ module: 'catalog', migrations: [idempotencyTable('catalog'), Catalog1760000000400] })],
  controllers: [CategoriesController, ProductsController],
  providers: [
    CategoryList,
    ChangeProduct,
    CreateProduct,
    ImportProducts,
    ProductList,
    ProductStore,
    QuotedPrices,
    QuotePricesAnswer,
  ],
})
export class CatalogModule {}
