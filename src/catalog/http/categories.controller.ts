import { decodeCursor, encodeCursor, page, Public } from '#libs/http';
import { Controller, Get, Header, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Slug } from '../contract/index.js';
import { CategoryList } from '../store/category-list.js';
import { CategoriesQuery, CategoryPage } from './products.dto.js';

const Position = z.object({ slug: Slug });

@ApiTags('catalog')
@Controller('v1/categories')
export class CategoriesController {
  constructor(private readonly categories: CategoryList) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=5')
  @ApiOperation({ operationId: 'listCategories', summary: 'The categories that products on sale are in' })
  @ApiOkResponse({ standardSchema: CategoryPage })
  async list(
    @Query({ schema: CategoriesQuery }) { limit, cursor }: z.infer<typeof CategoriesQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.infer<typeof CategoryPage>> {
    const rows = await this.categories.list(limit + 1, decodeCursor(Position, cursor)?.slug);
    return page(rows, limit, ({ slug }) => encodeCursor({ slug }), request, reply);
  }
}
