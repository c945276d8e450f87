import type { Transaction } from '#libs/database';
import { Access, Public, Tx, UnitOfWork } from '#libs/http';
import { Bus } from '#libs/messaging';
import { Body, Controller, Get, Header, HttpCode, Param, Post, Put, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { GetAvailability } from '../contract/index.js';
import { SetStock } from '../use-cases/set-stock.js';
import { Adjustment, Availability, AvailabilityQuery, PutStock, Sku, Stock } from './stock.dto.js';

@ApiTags('stock')
@Controller('v1')
@UseInterceptors(UnitOfWork)
export class StockController {
  constructor(
    private readonly stock: SetStock,
    private readonly bus: Bus,
  ) {}

  @Get('availability')
  @Public()
  @Header('cache-control', 'public, max-age=1')
  @ApiOperation({ operationId: 'getAvailability', summary: 'How many units of each SKU can be ordered now' })
  @ApiOkResponse({ standardSchema: Availability })
  async availability(@Query({ schema: AvailabilityQuery }) { sku }: z.infer<typeof AvailabilityQuery>) {
    return { items: await this.bus.ask(GetAvailability, { skus: sku }) };
  }

  @Get('stock/:sku')
  @Access('staff')
  @ApiOperation({ operationId: 'getStock', summary: 'The stock of a SKU' })
  @ApiOkResponse({ standardSchema: Stock })
  get(@Param('sku', { schema: Sku }) sku: string) {
    return this.stock.get(sku);
  }

  @Put('stock/:sku')
  @Access('staff')
  @ApiOperation({
    operationId: 'putStock',
    summary: 'Set what is on hand, after a count; makes the row if there is none',
  })
  @ApiOkResponse({ standardSchema: Stock })
  put(
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: PutStock }) body: z.infer<typeof PutStock>,
    @Tx() tx: Transaction,
  ) {
    return this.stock.put(tx, sku, body.onHand);
  }

  @Post('stock/:sku/adjustments')
  @HttpCode(200)
  @Access('staff')
  @ApiOperation({ operationId: 'adjustStock', summary: 'Add to or take from what is on hand' })
  @ApiOkResponse({ standardSchema: Stock })
  adjust(
    @Param('sku', { schema: Sku }) sku: string,
    @Body({ schema: Adjustment }) { delta, reason }: z.infer<typeof Adjustment>,
    @Tx() tx: Transaction,
  ) {
    return this.stock.adjust(tx, sku, delta, reason);
  }
}
