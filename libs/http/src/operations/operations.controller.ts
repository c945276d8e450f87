import { metrics } from '#libs/observability';
import { Controller, Get, HttpException, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf, Public } from '../access.js';
import { httpError } from '../errors.js';
import { isStaff } from '../principal.js';
import { cameApart } from './apart.js';
import { Engines } from './engines.js';
import { Readiness } from './readiness.js';

const Alive = z.object({ status: z.literal('ok') }).meta({ id: 'Alive', examples: [{ status: 'ok' }] });
const State = z.looseObject({ status: z.enum(['up', 'degraded', 'down']) });
const Ready = z
  .object({
    status: z.enum(['ok', 'degraded']),
    details: z
      .record(z.string(), State)
      .meta({ description: 'Each engine with its state. For staff, and on the port of operations.' })
      .optional(),
  })
  .meta({ id: 'Ready', examples: [{ status: 'ok', details: { queue: { status: 'up', engine: 'postgres' } } }] });

/** For orchestrators and monitoring. */
@ApiTags('operations')
@Controller()
export class OperationsController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly engines: Engines,
    private readonly readiness: Readiness,
  ) {}

  @Get('livez')
  @Public()
  @ApiOperation({ operationId: 'livez', summary: 'Whether the process is alive' })
  @ApiOkResponse({ standardSchema: Alive })
  alive(): z.infer<typeof Alive> {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @ApiOperation({ operationId: 'readyz', summary: 'Whether the process takes requests, and each engine it runs on' })
  @ApiOkResponse({ standardSchema: Ready })
  async ready(@Req() request: FastifyRequest): Promise<z.infer<typeof Ready>> {
    if (!this.readiness.isReady) throw httpError('http.not-ready', { retryAfter: 1 });
    const mayKnow = cameApart(request.raw) || isStaff(principalOf(request));
    const { status, details } = await this.health.check(this.engines.checks()).catch((e) => notReady(e, mayKnow));
    return { status: status === 'degraded' ? status : 'ok', ...(mayKnow && { details }) };
  }

  @Get('metrics')
  @Public()
  @ApiOperation({ operationId: 'metrics', summary: 'What the process measures, in the format of Prometheus' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async measured(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', metrics.contentType).send(await metrics.metrics());
  }
}

/** Terminus throws its result: the engines that are down become `errors`. Their names and addresses are no stranger's. */
function notReady(error: unknown, mayKnow: boolean): never {
  if (!(error instanceof HttpException)) throw error;
  if (!mayKnow) throw httpError('http.not-ready', { retryAfter: 1 });
  const { details } = error.getResponse() as HealthCheckResult;
  const down = Object.entries(details).filter(([, { status }]) => status === 'down');
  throw httpError('http.not-ready', {
    detail: `Away: ${down.map(([name]) => name).join(', ')}.`,
    retryAfter: 1,
    errors: down.map(([name, state]) => ({ pointer: `/details/${name}`, message: String(state['message'] ?? 'down') })),
  });
}
