import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { continueTrace } from '#libs/observability';
import { httpError } from './errors.js';
import { asAppError, PROBLEM_JSON, problemOf } from './problem.js';

/** Time to read the answer. */
const LINGER_MS = 1_000;

/** Answers what Node could not even read as HTTP: too large headers, a request that never ends, noise. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
  const known = asAppError(error);
  const problem = known.code === 'http.internal' ? httpError('http.malformed-request') : known;
  const traceparent = continueTrace();
  const body = JSON.stringify(problemOf(problem, '/', traceparent));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Error'}`,
    `content-type: ${PROBLEM_JSON}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-request-id: ${randomUUID()}`,
    `traceparent: ${traceparent}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref(); // a caller that goes on sending holds no connection
}
