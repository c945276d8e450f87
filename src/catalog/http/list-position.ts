import { decodeCursor, encodeCursor, Id } from '#libs/http';
import { z } from 'zod';
import type { Position, Sort } from '../store/product-list.js';

const VALUE = {
  relevance: z.number(),
  title: z.string().regex(/^[^\0]*$/),
  price: z.string().regex(/^\d{1,15}$/),
  createdAt: z.iso.datetime().startsWith('2'),
};

/** Where a page ended. A cursor belongs to the sort it was made for. */
export function readPosition(sort: Sort, cursor: string | undefined): Position | undefined {
  const value = VALUE[sort.replace('-', '') as keyof typeof VALUE];
  return decodeCursor(z.object({ sort: z.literal(sort), value, id: Id }), cursor);
}

export const writePosition = (sort: Sort, { value, id }: Position) => encodeCursor({ sort, value, id });
