import type { AppError } from '#libs/kernel';
import { continueTrace, log } from '#libs/observability';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { allowedMethods } from './allowed-methods.js';
import { httpError } from './errors.js';
import { asAppError, PROBLEM_JSON, problemOf } from './problem.js';

/** Renders every error as problem+json; what is nobody's business (a stack trace, SQL) goes to the log only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    if (host.getType() !== 'http') return throwError(() => error);
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = request.is404 && error instanceof HttpException ? unknownRoute(request, reply) : asAppError(error);
  report(refusal, error, request);
  const traceparent = String(reply.getHeader('traceparent') ?? continueTrace(request.headers.traceparent));
  if (refusal.retryAfter !== undefined) void reply.header('retry-after', String(Math.ceil(refusal.retryAfter)));
  if (refusal.status === 401) void reply.header('www-authenticate', challengeTo(request));
  void reply
    .status(refusal.status)
    .header('content-type', PROBLEM_JSON)
    .header('cache-control', 'no-store')
    .header('traceparent', traceparent)
    .header('x-request-id', request.id)
    .removeHeader('etag')
    .send(JSON.stringify(problemOf(refusal, request.url, traceparent)));
}

/** By `invalid_token` a client knows that it is time to refresh (RFC 6750). */
function challengeTo({ headers: { authorization } }: FastifyRequest): string {
  return authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
}

/** Nobody can act on a refusal; on the rest somebody must. An outage has a line in a while, without its stack. */
function report(refusal: AppError, error: unknown, request: FastifyRequest): void {
  const { method, url } = request;
  if (refusal.code === 'http.internal') log.error({ err: error, method, url }, 'A request failed');
  else if (refusal.code === 'http.unavailable') tellUnavailable(method, url, String(error));
}

/** Under load an outage refuses thousands of requests: one line in a while has their number. */
const TOLD_EVERY_MS = 10_000;
let untold = 0;
let quietUntil = 0;

function tellUnavailable(method: string, url: string, reason: string): void {
  untold += 1;
  if (Date.now() < quietUntil) return;
  quietUntil = Date.now() + TOLD_EVERY_MS;
  log.warn({ method, url, reason, requests: untold }, 'A part is away; requests that needed it were refused');
  untold = 0;
}

function unknownRoute(request: FastifyRequest, reply: FastifyReply): AppError {
  const methods = allowedMethods(request.server, request.url);
  if (methods.length === 0 || methods.includes(request.method)) return httpError('http.not-found');
  void reply.header('allow', methods.join(', '));
  return httpError('http.method-not-allowed', {
    detail: `This address takes ${methods.join(', ')}, not ${request.method}.`,
  });
}
