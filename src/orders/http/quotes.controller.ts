import { LargeBody, Public } from '#libs/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { QuoteLines } from '../use-cases/quote-lines.js';
import { Quote, QuoteBody } from './orders.dto.js';

@ApiTags('orders')
@Controller('v1/quotes')
export class QuotesController {
  constructor(private readonly quotes: QuoteLines) {}

  @Post()
  @LargeBody()
  @HttpCode(200)
  @Public()
  @ApiOperation({ operationId: 'quote', summary: 'Price lines and totals, without placing anything' })
  @ApiOkResponse({ standardSchema: Quote })
  quote(@Body({ schema: QuoteBody }) { lines, country }: z.infer<typeof QuoteBody>) {
    return this.quotes.quote(lines, country);
  }
}
