import type { Transaction } from '#libs/database';
import {
  Access,
  Caller,
  httpError,
  Id,
  IF_MATCH,
  isStaff,
  BatchBody,
  LargeBody,
  page,
  type Principal,
  Public,
  Tx,
  UnitOfWork,
  versionOf,
} from '#libs/http';
import { isId } from '#libs/kernel';
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiConsumes,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Product, type ProductStatus, Slug } from '../contract/index.js';
import { ProductList } from '../store/product-list.js';
import { ProductStore } from '../store/product-store.js';
import { ChangeProduct, productNotFound } from '../use-cases/change-product.js';
import { CreateProduct } from '../use-cases/create-product.js';
import { ImportProducts } from '../use-cases/import-products.js';
import { readPosition, writePosition } from './list-position.js';
import { ImportBody, ImportOutcomes, PatchBody, ProductBody, ProductPage, ProductsQuery } from './products.dto.js';

const IdOrSlug = z.string().max(256).meta({ description: 'Its id or slug.' });

@ApiTags('catalog')
@Controller('v1/products')
export class ProductsController {
  constructor(
    private readonly products: ProductStore,
    private readonly lists: ProductList,
    private readonly createProduct: CreateProduct,
    private readonly changeProduct: ChangeProduct,
    private readonly importProducts: ImportProducts,
  ) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=5')
  @ApiOperation({ operationId: 'listProducts', summary: 'Search, filter and page through products' })
  @ApiOkResponse({ standardSchema: ProductPage })
  async list(
    @Query({ schema: ProductsQuery }) { q, status, limit, cursor, ...query }: z.infer<typeof ProductsQuery>,
    @Caller() caller: Principal | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof ProductPage>> {
    const search = q?.trim() === '' ? undefined : q;
    const best = search === undefined ? 'title' : 'relevance';
    const sort = query.sort === 'relevance' ? best : (query.sort ?? best);
    const rows = await this.lists.list({
      ...{ q: search, category: query.category, sku: query.sku, sort },
      status: visibleStatus(status, caller),
      after: readPosition(sort, cursor),
      limit: limit + 1,
    });
    const { items, next } = page(rows, limit, ({ position }) => writePosition(sort, position), request, reply);
    return { items: items.map(({ product }) => product), next };
  }

  @Get(':id')
  @Public()
  @Header('cache-control', 'public, max-age=5')
  @ApiOperation({ operationId: 'getProduct', summary: 'A product, by its id or slug' })
  @ApiOkResponse({ standardSchema: Product })
  async get(
    @Param('id', { schema: IdOrSlug }) idOrSlug: string,
    @Caller() caller: Principal | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Product> {
    const key = idOrSlug.toLowerCase();
    const product = isId(key) || Slug.safeParse(key).success ? await this.products.find(key) : undefined;
    if (!product || (product.status !== 'active' && !isStaff(caller))) throw productNotFound();
    void reply.header('etag', etagOf(product.version));
    return product;
  }

  @Post()
  @LargeBody()
  @Access('staff')
  @UseInterceptors(UnitOfWork)
  @ApiOperation({ operationId: 'createProduct', summary: 'Add a product' })
  @ApiCreatedResponse({ standardSchema: Product })
  async create(
    @Body({ schema: ProductBody }) body: z.infer<typeof ProductBody>,
    @Tx() tx: Transaction,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Product> {
    const product = await this.createProduct.create(tx, body);
    void reply.header('location', `/v1/products/${product.id}`).header('etag', etagOf(product.version));
    return product;
  }

  @Post('batch')
  @BatchBody()
  @HttpCode(200)
  @Access('staff')
  @UseInterceptors(UnitOfWork)
  @ApiOperation({
    operationId: 'importProducts',
    summary: 'Add or change up to 500 products of one variant, by SKU; each has its own outcome',
  })
  @ApiOkResponse({ standardSchema: ImportOutcomes })
  async importMany(
    @Body({ schema: ImportBody }) { items }: z.infer<typeof ImportBody>,
    @Tx() tx: Transaction,
  ): Promise<z.infer<typeof ImportOutcomes>> {
    return { items: await this.importProducts.import(tx, items) };
  }

  @Patch(':id')
  @LargeBody()
  @Access('staff')
  @UseInterceptors(UnitOfWork)
  @ApiConsumes('application/merge-patch+json', 'application/json')
  @ApiOperation({ operationId: 'changeProduct', summary: 'Change a product that nobody has changed since it was read' })
  @ApiOkResponse({ standardSchema: Product })
  async change(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: PatchBody }) patch: z.infer<typeof PatchBody>,
    @Tx() tx: Transaction,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Product> {
    const product = await this.changeProduct.change(tx, id, patch, versionOf(request));
    void reply.header('etag', etagOf(product.version));
    return product;
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('staff')
  @UseInterceptors(UnitOfWork)
  @ApiHeader(IF_MATCH)
  @ApiOperation({ operationId: 'deleteProduct', summary: 'Take a product out of the shop for good' })
  @ApiNoContentResponse()
  async remove(
    @Param('id', { schema: Id }) id: string,
    @Tx() tx: Transaction,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const version = request.headers['if-match'] === undefined ? undefined : versionOf(request);
    await this.changeProduct.remove(tx, id, version);
  }
}

/** The status to list by; undefined is any. */
function visibleStatus(wanted: ProductStatus | undefined, caller: Principal | undefined): ProductStatus | undefined {
  if (isStaff(caller)) return wanted;
  if (wanted === undefined || wanted === 'active') return 'active';
  const detail = 'Only staff may list products that are not on sale.';
  throw httpError(caller ? 'http.forbidden' : 'http.unauthorized', { detail });
}

/** The ETag of a version. */
const etagOf = (version: number) => `"${version}"`;
