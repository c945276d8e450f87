import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { requestOf } from './access.js';
import { httpError } from './errors.js';
import { OPERATIONS_PATHS } from './operations/apart.js';

/** Where Nest keeps what `@Query({ schema })` says, and its number for a query. */
const ROUTE_ARGUMENTS = '__routeArguments__';
const QUERY = 4;

const known = new WeakMap<object, readonly string[]>();

/** Refuses query parameters that a route does not take: an ignored filter answers more than was asked for. */
@Injectable()
export class KnownParametersGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = requestOf(context);
    const given = Object.keys(request.query as object);
    if (given.length === 0 || OPERATIONS_PATHS.has(request.routeOptions.url ?? '')) return true;
    const taken = parametersOf(context);
    const unknown = given.filter((name) => !taken.includes(name));
    if (unknown.length === 0) return true;
    const message = taken.length > 0 ? `There is no such parameter. It takes: ${taken.join(', ')}.` : 'It takes none.';
    throw httpError('http.validation-failed', {
      errors: unknown.slice(0, 20).map((name) => ({ pointer: `/${name}`, message })),
    });
  }
}

function parametersOf(context: ExecutionContext): readonly string[] {
  const handler = context.getHandler();
  const found = known.get(handler) ?? read(context.getClass(), handler.name);
  known.set(handler, found);
  return found;
}

function read(controller: object, method: string): readonly string[] {
  type Arguments = Record<string, { schema?: unknown }>;
  const found = (Reflect.getMetadata(ROUTE_ARGUMENTS, controller, method) ?? {}) as Arguments;
  return Object.entries(found).flatMap(([key, { schema }]) =>
    key.startsWith(`${QUERY}:`) && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
  );
}
