import type { Transaction } from '#libs/database';
import {
  Access,
  Caller,
  decodeCursor,
  encodeCursor,
  fingerprint,
  httpError,
  Id,
  IDEMPOTENCY_KEY,
  idempotencyKeyOf,
  Instant,
  isStaff,
  LargeBody,
  page,
  PREFER,
  type Principal,
  Public,
  Tokens,
  Tx,
  UnitOfWork,
} from '#libs/http';
import { AppError, bucketFor, notFound } from '#libs/kernel';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Order } from '../contract/index.js';
import { OrderStore } from '../store/order-store.js';
import { CancelOrder } from '../use-cases/cancel-order.js';
import { FulfilOrder } from '../use-cases/fulfil-order.js';
import { PlaceOrder } from '../use-cases/place-order.js';
import { OrderWaiters } from '../use-cases/wait-for-order.js';
import {
  CancelBody,
  FulfilmentBody,
  FulfilmentList,
  OrderList,
  OrdersQuery,
  PlacedOrder,
  PlaceOrderBody,
  UNGUESSABLE_KEY_LENGTH,
} from './orders.dto.js';
import { waitOf } from './prefer.js';

const Position = z.object({ id: Id, updatedAt: Instant.optional() });

@ApiTags('orders')
@Controller('v1/orders')
export class OrdersController {
  constructor(
    private readonly orders: OrderStore,
    private readonly placeOrder: PlaceOrder,
    private readonly cancelOrder: CancelOrder,
    private readonly fulfilOrder: FulfilOrder,
    private readonly waiters: OrderWaiters,
    private readonly tokens: Tokens,
  ) {}

  @Post()
  @LargeBody()
  @Public()
  @ApiHeader({ ...IDEMPOTENCY_KEY, required: true })
  @ApiHeader(PREFER)
  @ApiOperation({ operationId: 'placeOrder', summary: 'Place an order' })
  @ApiCreatedResponse({ standardSchema: PlacedOrder })
  async place(
    @Body({ schema: PlaceOrderBody }) body: z.infer<typeof PlaceOrderBody>,
    @Caller() caller: Principal | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof PlacedOrder>> {
    const key = idempotencyKeyOf(request);
    if (key === undefined) {
      throw new AppError(
        'http.idempotency-key-missing',
        'Send an Idempotency-Key header, one for each order you mean to place.',
        {
          status: 400,
        },
      );
    }
    const customerId = caller?.role === 'customer' ? caller.id : undefined;
    const { order, replayed } = await this.placeOrder.place({
      ...body,
      caller: customerId ?? body.email.toLowerCase(),
      customerId,
      byStaff: caller !== undefined && isStaff(caller),
      key,
      fingerprint: fingerprint(request),
    });
    if (replayed) void reply.header('idempotent-replayed', 'true');
    void reply.header('location', `/v1/orders/${order.id}`);
    const settled = await this.waited(order, waitOf(request), reply);
    const isOwner = !replayed || key.length >= UNGUESSABLE_KEY_LENGTH;
    return customerId || !isOwner ? settled : { ...settled, orderToken: this.tokens.orderToken(order.id) };
  }

  @Get(':id')
  @Access('guest')
  @ApiHeader(PREFER)
  @ApiOperation({ operationId: 'getOrder', summary: 'An order' })
  @ApiOkResponse({ standardSchema: Order })
  async get(
    @Param('id', { schema: Id }) id: string,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Order> {
    return this.waited(await this.visible(id, caller), waitOf(request), reply);
  }

  @Get()
  @Access('customer')
  @ApiOperation({ operationId: 'listOrders', summary: "A customer's own orders; to staff, all" })
  @ApiOkResponse({ standardSchema: OrderList })
  async list(
    @Query({ schema: OrdersQuery }) { limit, cursor, ...filter }: z.infer<typeof OrdersQuery>,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const own = { customerId: caller.id, bucket: bucketFor(caller.id), email: undefined, sku: undefined };
    const theirs = filter.customerId === undefined ? {} : { bucket: bucketFor(filter.customerId) };
    const rows = await this.orders.list({
      ...filter,
      ...(isStaff(caller) ? theirs : own),
      after: decodeCursor(Position, cursor),
      limit: limit + 1,
    });
    return page(rows, limit, ({ id, updatedAt }) => encodeCursor({ id, updatedAt }), request, reply);
  }

  @Get(':id/fulfilments')
  @Access('guest')
  @ApiOperation({
    operationId: 'listFulfilments',
    summary: 'What has been shipped of an order, the first shipment first',
  })
  @ApiOkResponse({ standardSchema: FulfilmentList })
  async listFulfilments(@Param('id', { schema: Id }) id: string, @Caller() caller: Principal) {
    const { fulfilments = [] } = await this.visible(id, caller);
    return { items: fulfilments, next: null };
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Access('guest')
  @UseInterceptors(UnitOfWork)
  @ApiOperation({ operationId: 'cancelOrder', summary: 'Cancel a pending or confirmed order' })
  @ApiOkResponse({ standardSchema: Order })
  async cancel(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: CancelBody }) body: z.infer<typeof CancelBody>,
    @Caller() caller: Principal,
    @Tx() tx: Transaction,
  ): Promise<Order> {
    await this.visible(id, caller, tx); // by its own connection: to wait for a second one could exhaust the pool
    const { reason = 'customer-request', note } = body ?? {};
    if (note !== undefined && !isStaff(caller)) {
      throw httpError('http.forbidden', { detail: 'Only staff may add a note. Leave it out.' });
    }
    return this.cancelOrder.cancel(tx, id, reason, note);
  }

  @Post(':id/fulfilments')
  @LargeBody()
  @HttpCode(200)
  @Access('staff')
  @UseInterceptors(UnitOfWork)
  @ApiOperation({ operationId: 'fulfilOrder', summary: 'Ship a confirmed order, whole or in part' })
  @ApiOkResponse({ standardSchema: Order })
  fulfil(
    @Param('id', { schema: Id }) id: string,
    @Body({ schema: FulfilmentBody }) body: z.infer<typeof FulfilmentBody>,
    @Tx() tx: Transaction,
  ): Promise<Order> {
    return this.fulfilOrder.fulfil(tx, id, body ?? {});
  }

  /** Someone else's order does not exist for this caller. */
  private async visible(id: string, caller: Principal, tx?: Transaction): Promise<Order> {
    const order = await this.orders.find(id, tx);
    const own = caller.role === 'guest' ? caller.id === id : order?.customerId === caller.id;
    if (!order || (!own && !isStaff(caller))) throw notFound('orders.not-found', 'Order not found');
    return order;
  }

  private async waited(order: Order, seconds: number, reply: FastifyReply): Promise<Order> {
    if (seconds > 0) void reply.header('preference-applied', `wait=${seconds}`);
    if (seconds === 0 || order.status !== 'pending') return order;
    await this.waiters.wait(order.id, seconds);
    return (await this.orders.find(order.id)) ?? order;
  }
}
