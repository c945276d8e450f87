import type { Transaction } from '#libs/database';
import { Access, decodeCursor, encodeCursor, Id, page, Tx, UnitOfWork } from '#libs/http';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiKeyStore } from '../store/api-key-store.js';
import { CreateApiKey } from '../use-cases/create-api-key.js';
import { RevokeApiKey } from '../use-cases/revoke-api-key.js';
import { ApiKeyList, apiKeyOf, ApiKeysQuery, CreateApiKeyBody, CreatedApiKey } from './accounts.dto.js';
import { AnswersSecret } from './answers-secret.js';

const Position = z.object({ id: Id });

@ApiTags('api-keys')
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeyStore,
    private readonly createApiKey: CreateApiKey,
    private readonly revokeApiKey: RevokeApiKey,
  ) {}

  @Get()
  @Access('admin')
  @ApiOperation({ operationId: 'listApiKeys', summary: 'The API keys, newest first, without the keys themselves' })
  @ApiOkResponse({ standardSchema: ApiKeyList })
  async list(
    @Query({ schema: ApiKeysQuery }) { limit, cursor }: z.infer<typeof ApiKeysQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = await this.keys.list(limit + 1, decodeCursor(Position, cursor)?.id);
    return page(rows.map(apiKeyOf), limit, ({ id }) => encodeCursor({ id }), request, reply);
  }

  @Post()
  @Access('admin')
  @AnswersSecret()
  @UseInterceptors(UnitOfWork)
  @ApiOperation({ operationId: 'createApiKey', summary: 'Make an API key; this answer alone shows it' })
  @ApiCreatedResponse({ standardSchema: CreatedApiKey })
  async create(
    @Body({ schema: CreateApiKeyBody }) { name, role }: z.infer<typeof CreateApiKeyBody>,
    @Tx() tx: Transaction,
  ): Promise<z.infer<typeof CreatedApiKey>> {
    const created = await this.createApiKey.create(tx, name, role);
    return { ...apiKeyOf(created), key: created.key };
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('admin')
  @UseInterceptors(UnitOfWork)
  @ApiOperation({ operationId: 'revokeApiKey', summary: 'Revoke an API key; it stops within 10 seconds' })
  @ApiNoContentResponse()
  async revoke(@Param('id', { schema: Id }) id: string, @Tx() tx: Transaction): Promise<void> {
    await this.revokeApiKey.revoke(tx, id);
  }
}
