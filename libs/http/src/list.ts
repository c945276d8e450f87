import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { httpError } from './errors.js';
import { findUnclean } from './unclean.js';

/** `limit` and `cursor` of every list. */
export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Most items in the answer.' }),
  cursor: z.string().max(1_000).optional().meta({ description: '`next` of the page before.' }),
};

export interface List<T> {
  items: T[];
  next: string | null;
}

/** The schema of a list; `id` names it in the OpenAPI document. */
export function listOf<T extends z.ZodType>(item: T, id: string) {
  return z
    .object({
      items: z.array(item),
      next: z
        .string()
        .nullable()
        .meta({ description: 'Cursor of the next page, or null.', examples: [null] }),
    })
    .meta({ id });
}

/** An opaque cursor: clients hand it back as it is. */
export function encodeCursor(position: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws `http.invalid-cursor` where the text is not a cursor of this list. */
export function decodeCursor<T extends z.ZodType>(schema: T, cursor: string | undefined): z.infer<T> | undefined {
  if (cursor === undefined) return undefined;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (findUnclean(position)) throw httpError('http.invalid-cursor');
    return schema.parse(position);
  } catch {
    throw httpError('http.invalid-cursor');
  }
}

/** Cuts a page out of `limit + 1` rows and sets `Link: <...>; rel="next"`. */
export function page<T>(
  rows: T[],
  limit: number,
  cursorOf: (last: T) => string,
  request: FastifyRequest,
  reply: FastifyReply,
): List<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(last) : null;
  if (next) {
    const url = new URL(request.url, 'http://host');
    url.searchParams.set('cursor', next);
    void reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return { items, next };
}
