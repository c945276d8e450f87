import { Database } from '#libs/database';
import { Injectable } from '@nestjs/common';
import { titleOf } from '../domain/slug.js';

export interface Category {
  slug: string;
  title: string;
  products: number;
}

/** A category is there while a product on sale is in it. */
@Injectable()
export class CategoryList {
  constructor(private readonly database: Database) {}

  async list(limit: number, after = ''): Promise<Category[]> {
    const rows = await this.database.query<Omit<Category, 'title'>>(
      `SELECT slug, count(*)::integer AS products
       FROM (SELECT unnest(categories) COLLATE "C" AS slug FROM catalog.products WHERE status = 'active') c
       WHERE slug > $1 GROUP BY slug ORDER BY slug LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ slug, products }) => ({ slug, title: titleOf(slug), products }));
  }
}
