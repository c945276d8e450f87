import { Access, Id } from '#libs/http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Difference, DIFFERENCES } from '../domain/difference.js';
import { ReconcileOrders } from '../use-cases/reconcile-orders.js';

const ReconciliationQuery = z.strictObject({ after: Id.optional() });
const Reconciliation = z
  .object({
    checked: z.int().meta({ description: 'Orders that were compared.' }),
    differences: z.array(
      z.object({
        orderId: z.uuid(),
        difference: z.enum(Object.keys(DIFFERENCES) as [Difference, ...Difference[]]),
        cure: z.string(),
      }),
    ),
    next: z.string().nullable().meta({ description: 'Send it as `after` for the next ones.' }),
  })
  .meta({ id: 'Reconciliation', examples: [{ checked: 500, differences: [], next: null }] });

@ApiTags('operations')
@Controller('v1/reconciliation')
export class ReconciliationController {
  constructor(private readonly reconcile: ReconcileOrders) {}

  @Get()
  @Access('staff')
  @ApiOperation({
    operationId: 'reconcile',
    summary: 'Where orders, stock and money disagree, some 500 orders at a time',
  })
  @ApiOkResponse({ standardSchema: Reconciliation })
  async differences(
    @Query({ schema: ReconciliationQuery }) { after }: z.infer<typeof ReconciliationQuery>,
  ): Promise<z.infer<typeof Reconciliation>> {
    const { checked, differences, next } = await this.reconcile.find(after);
    const cured = differences.map((found) => ({ ...found, cure: DIFFERENCES[found.difference] }));
    return { checked, differences: cured, next: next ?? null };
  }
}
