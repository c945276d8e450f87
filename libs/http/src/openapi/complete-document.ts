import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { HTTP_ERRORS } from '../errors.js';
import { headersOf } from './headers.js';
import type { Operation } from './operation.js';
import { PROBLEM_SCHEMA, problemResponse } from './problem-schema.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Adds to every operation what follows from what it is, so that no controller repeats it: the problems it can answer
 * with, the conventional headers, who may call it. Throws where a route says not who may call it.
 */
export function completeDocument(document: OpenAPIObject, tags: Record<string, string>): OpenAPIObject {
  const answered = new Set<number>();
  const tagged = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      describeAccess(operation, `${method.toUpperCase()} ${path}`);
      operation.parameters = [...(operation.parameters ?? []), ...headersOf(method, operation)];
      for (const status of problemsOf(method, operation)) {
        operation.responses[status] = { $ref: `#/components/responses/${nameOf(status)}` };
        answered.add(status);
      }
      describeResponses(method, operation);
      operation.tags?.forEach((tag) => tagged.add(tag));
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: PROBLEM_SCHEMA },
    responses: Object.fromEntries([...answered].sort().map((status) => [nameOf(status), problemResponse(status)])),
  };
  document.tags = [...tagged].sort().map((name) => ({ name, description: tags[name] ?? `Everything about ${name}.` }));
  document.info.description += errorTable();
  return document;
}

function describeAccess(operation: Operation, route: string): void {
  const role = operation['x-role'];
  if (role === undefined) throw new Error(`${route} says not who may call it: add @Public() or @Access(role).`);
  const who =
    role === 'public' ? 'Open to everyone.' : `For ${role === 'guest' ? "the order's guest" : role} and above.`;
  operation.description = [operation.description ?? `${operation.summary}.`, who].join(' ');
  if (role === 'public') operation.security = [{}, { bearer: [] }];
}

function problemsOf(method: string, operation: Operation): number[] {
  const role = operation['x-role'] ?? '';
  const parameters = (operation.parameters ?? []) as { in: string; name: string; required?: boolean }[];
  const has = (place: string) => parameters.some((parameter) => parameter.in === place);
  const ifMatch = parameters.find(({ name }) => name === 'If-Match');
  const body = operation.requestBody !== undefined;
  return [
    ...(body || has('path') || has('query') || method === 'post' ? [400] : []),
    401,
    ...(['customer', 'staff', 'admin'].includes(role) ? [403] : []),
    ...(has('path') ? [404] : []),
    ...(method === 'get' ? [] : [409]),
    ...(ifMatch ? [412] : []),
    ...(body ? [413, 415] : []),
    ...(method === 'get' || method === 'delete' ? [] : [422]),
    ...(ifMatch?.required ? [428] : []),
    429,
    500,
    503,
  ];
}

/** `description` is required of a response, and GETs may answer 304. */
function describeResponses(method: string, operation: Operation): void {
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response && 'description' in response && response.description === '') {
      response.description = STATUS_CODES[status] ?? 'Done';
    }
  }
  if (method === 'get') {
    operation.responses['304'] = { description: 'Not changed since the answer that If-None-Match names' };
  }
}

const nameOf = (status: number) => (STATUS_CODES[status] ?? String(status)).replaceAll(/[^A-Za-z]/g, '');

function errorTable(): string {
  const rows = Object.entries(HTTP_ERRORS).map(([code, [status, text]]) => `| \`${code}\` | ${status} | ${text} |`);
  return ['\n\n| code | status | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
