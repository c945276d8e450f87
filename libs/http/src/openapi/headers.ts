import type { ApiHeaderOptions } from '@nestjs/swagger';
import type { Operation } from './operation.js';

/** For `@ApiHeader(...)` on routes that take them: */
export const PREFER: ApiHeaderOptions = {
  name: 'Prefer',
  description: '`wait=N` (RFC 7240): answer when the order leaves `pending`, or after N seconds, at most 30.',
  schema: { type: 'string', examples: ['wait=5'] },
};
export const IDEMPOTENCY_KEY: ApiHeaderOptions = {
  name: 'Idempotency-Key',
  description: 'A repeat with the same key does nothing new and gets the same answer. Bare or quoted; kept 7 days.',
  schema: {
    type: 'string',
    maxLength: 257,
    examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
  },
};
export const IF_MATCH: ApiHeaderOptions = {
  name: 'If-Match',
  description: 'The ETag of the answer the change is based on; 412 where it has changed since.',
  schema: { type: 'string', examples: ['"3"'] },
};
const IF_NONE_MATCH: ApiHeaderOptions = {
  name: 'If-None-Match',
  description: 'The ETag of the answer you hold; 304 where it is still the same.',
  schema: { type: 'string' },
};

/** The conventional headers of an operation that it has not declared itself. */
export function headersOf(method: string, operation: Operation) {
  const own = (operation.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : ''));
  const conventional = {
    get: [IF_NONE_MATCH],
    post: operation['x-answers-secret'] ? [] : [IDEMPOTENCY_KEY],
    patch: [{ ...IF_MATCH, required: true }],
  }[method];
  return (conventional ?? [])
    .filter(({ name }) => !own.includes(name))
    .map((header) => ({ in: 'header' as const, required: false, ...header }));
}
