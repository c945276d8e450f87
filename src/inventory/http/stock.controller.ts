import { isInfrastructureError, type Transaction } from '#libs/database';
import { Access, decodeCursor, encodeCursor, BatchBody, page, Public, Tx, UnitOfWork, versionOf } from '#libs/http';
import { Bus } from '#libs/messaging';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Sku } from '#libs/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { QuotePrices } from '../../catalog/contract/index.js';
import { GetAvailability } from '../contract/index.js';
import { ReadStock } from '../use-cases/read-stock.js';
import { SetManyStocks } from '../use-cases/set-many-stocks.js';
import { SetStock } from '../use-cases/set-stock.js';
import {
  Adjustment,
  Availability,
  AvailabilityQuery,
  Ledger,
  LedgerQuery,
  PutStock,
  PutStocks,
  Stock,
  StockList,
  StockOutcomes,
  StockQuery,
} from './stock.dto.js';

const EntryPosition = z.object({ id: z.string().regex(/^\d{1,19}$/) });
const SkuPosition = z.object({ sku: z.string() });

@ApiTags('stock')
@Controller('v1')
export class StockController {
  constructor(
    private readonly stock: SetStock,
    private readonly stocks: SetManyStocks,
    private readonly reading: ReadStock,
    private readonly bus: Bus,
  ) {}

  @Get('availability')
  @Public()
  @Header('cache-control', 'public, max-age=1')
  @ApiOperation({ operationId: 'getAvailability', summary: 'How many units of each SKU can be ordered now' })
  @ApiOkResponse({ standardSchema: Availability })
  async availability(@Query({ schema: AvailabilityQuery }) { sku }: z.infer<typeof AvailabilityQuery>) {
    const [items, notOnSale] = await Promise.all([this.bus.ask(GetAvailability, { skus: sku }), this.notOnSale(sku)]);
    return { items: items.map((item) => (notOnSale.has(item.sku) ? { ...item, available: 0 } : item)) };
  }

  /** What orders would refuse, however much there is of it: drafts, what is archived, what no product has. */
  private async notOnSale(skus: string[]): Promise<ReadonlySet<string>> {
    const { unknown } = await this.bus.ask(QuotePrices, { skus }).catch((error: unknown) => {
      if (!isInfrastructureError(error)) throw error;
      return { unknown: [] }; // while catalog is away no order is taken, and the stock is still worth knowing
    });
    return new Set(unknown);
  }

  @Get('stock')
  @Access('staff')
  @ApiOperation({ operationId: 'listStock', summary: 'The stock by SKU, beside what the ledger sums to' })
  @ApiOkResponse({ standardSchema: StockList })
  async list(
    @Query({ schema: StockQuery }) { limit, cursor, sku }: z.infer<typeof StockQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof StockList>> {
    const rows = await this.reading.list(limit + 1, sku, decodeCursor(SkuPosition, cursor)?.sku);
    return page(rows, limit, (last) => encodeCursor({ sku: last.sku }), request, reply);
  }

  @Get('stock/:sku')
  @Access('staff')
  @ApiOperation({ operationId: 'getStock', summary: 'The stock of a SKU' })
  @ApiOkResponse({ standardSchema: Stock })
  async get(@Param('sku', { schema: Sku }) sku: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(await this.stock.get(sku), reply);
  }

  @Put('stock/:sku')
  @UseInterceptors(UnitOfWork)
  @Access('staff')
  @ApiOperation({
    operationId: 'putStock',
    summary: 'Set what is on hand, after a count; makes the row if there is none',
  })
  @ApiOkResponse({ standardSchema: Stock })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag of the stock that was counted: sold since, 412.',
  })
  async put(
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: PutStock }) body: z.infer<typeof PutStock>,
    @Tx() tx: Transaction,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const version = request.headers['if-match'] === undefined ? undefined : versionOf(request);
    return tagged(await this.stock.put(tx, sku, body.onHand, version), reply);
  }

  @Post('stock/batch')
  @BatchBody()
  @HttpCode(200)
  @UseInterceptors(UnitOfWork)
  @Access('staff')
  @ApiOperation({
    operationId: 'putStocks',
    summary: 'Set what is on hand of up to 500 SKUs; each has its own outcome',
  })
  @ApiOkResponse({ standardSchema: StockOutcomes })
  async putMany(
    @Body({ schema: PutStocks }) { items, ifAbsent }: z.infer<typeof PutStocks>,
    @Tx() tx: Transaction,
  ): Promise<z.infer<typeof StockOutcomes>> {
    return { items: await this.stocks.set(tx, items, ifAbsent) };
  }

  @Get('stock/:sku/adjustments')
  @Access('staff')
  @ApiOperation({ operationId: 'listAdjustments', summary: 'The ledger of a SKU: every change of what is on hand' })
  @ApiOkResponse({ standardSchema: Ledger })
  async adjustments(
    @Param('sku', { schema: Sku }) sku: string,
    @Query({ schema: LedgerQuery }) { limit, cursor }: z.infer<typeof LedgerQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof Ledger>> {
    const rows = await this.reading.adjustments(sku, limit + 1, decodeCursor(EntryPosition, cursor)?.id);
    return page(rows, limit, ({ id }) => encodeCursor({ id }), request, reply);
  }

  @Post('stock/:sku/adjustments')
  @HttpCode(200)
  @UseInterceptors(UnitOfWork)
  @Access('staff')
  @ApiOperation({ operationId: 'adjustStock', summary: 'Add to or take from what is on hand' })
  @ApiOkResponse({ standardSchema: Stock })
  async adjust(
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: Adjustment }) { delta, reason }: z.infer<typeof Adjustment>,
    @Tx() tx: Transaction,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(await this.stock.adjust(tx, sku, delta, reason), reply);
  }
}

/** The version changes with every sale too, so a count is never based on units that have left since. */
function tagged(stock: z.infer<typeof Stock>, reply: FastifyReply) {
  void reply.header('etag', `"${stock.version}"`);
  return stock;
}
