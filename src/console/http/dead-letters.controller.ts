import { Access, AnswerOnce, decodeCursor, encodeCursor, Id, page, RequestId } from '#libs/http';
import { DeadLetter } from '#libs/messaging';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ReachDeadLetters } from '../use-cases/reach-dead-letters.js';
import { DeadLetterList, DeadLettersQuery } from './dead-letters.dto.js';

const Position = z.object({ id: Id });

@ApiTags('dead-letters')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly deadLetters: ReachDeadLetters) {}

  @Get()
  @Access('staff')
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'Messages that failed all their attempts, newest first' })
  @ApiOkResponse({ standardSchema: DeadLetterList })
  async list(
    @Query({ schema: DeadLettersQuery }) { limit, cursor, ...filter }: z.infer<typeof DeadLettersQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const after = decodeCursor(Position, cursor)?.id;
    const rows = await this.deadLetters.list({ ...filter, after, limit: limit + 1 });
    return page(rows, limit, ({ id }) => encodeCursor({ id }), request, reply);
  }

  @Post(':id/replay')
  @HttpCode(202)
  @Access('staff')
  @UseInterceptors(AnswerOnce)
  @ApiOperation({ operationId: 'replayDeadLetter', summary: 'Send a message once more, with a full set of attempts' })
  @ApiAcceptedResponse({ standardSchema: DeadLetter })
  replay(@Param('id', { schema: Id }) id: string, @RequestId() request: string): Promise<DeadLetter> {
    return this.deadLetters.replay(id, request);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access('staff')
  @ApiOperation({ operationId: 'discardDeadLetter', summary: 'Delete a message for good: it will never take effect' })
  @ApiNoContentResponse()
  async discard(@Param('id', { schema: Id }) id: string): Promise<void> {
    await this.deadLetters.discard(id);
  }
}
