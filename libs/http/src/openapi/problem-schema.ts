import { STATUS_CODES } from 'node:http';
import { HTTP_ERRORS } from '../errors.js';

/** RFC 9457, with our `code` and `traceId`. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'Names the kind of problem.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What to do about it, for people.' },
    code: { type: 'string', description: 'Stable, for programs.' },
    instance: { type: 'string', description: 'The path that was asked.' },
    traceId: { type: 'string', description: 'Quote it when you report the problem.' },
    errors: {
      type: 'array',
      description: 'What is wrong with the request, field by field.',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: {
          pointer: { type: 'string', description: 'A JSON pointer (RFC 6901).' },
          message: { type: 'string' },
        },
      },
    },
  },
};

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };

/** The problem response of a status, its example the first of the table with that status. */
export function problemResponse(status: number) {
  const title = STATUS_CODES[status] ?? 'Error';
  const [code, [, detail]] = Object.entries(HTTP_ERRORS).find(([, [each]]) => each === status) ?? [
    'orders.not-cancellable',
    [status, 'The order is fulfilled already.'],
  ];
  const example = {
    type: `urn:floodgate:error:${code}`,
    title,
    status,
    detail,
    code,
    instance: '/v1/orders',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  };
  return {
    description: title,
    ...(status === 429 || status === 503 ? { headers: RETRY_AFTER } : {}),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, example } },
  };
}
