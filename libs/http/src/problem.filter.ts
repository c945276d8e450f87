import { STATUS_CODES } from 'node:http';
import { isInfrastructureError } from '#libs/database';
import { AppError, DeadlineExceeded } from '#libs/kernel';
import { currentTrace, traceIdOf } from '#libs/observability';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
  traceId?: string;
  errors?: { pointer: string; message: string }[];
}

const FASTIFY_CODES: Record<string, [code: string, status: number, detail: string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['http.unsupported-media-type', 415, 'Send JSON: Content-Type: application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['http.body-too-large', 413, 'The body is larger than 1 MB. Send less in one request.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['http.malformed-json', 400, 'The body is empty. Send a JSON object.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['http.malformed-json', 400, 'The body is not valid JSON.'],
};

/** Renders every error as problem+json; what is nobody's business (a stack trace, SQL) goes to the log only. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  const refusal = asAppError(error);
  if (refusal.status >= 500 && refusal.code !== 'http.overloaded') {
    logger.error(
      `${request.method} ${request.url}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
  const trace = currentTrace();
  const problem: Problem = {
    type: `urn:floodgate:error:${refusal.code}`,
    title: STATUS_CODES[refusal.status] ?? 'Error',
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    instance: request.url,
    traceId: trace && traceIdOf(trace),
    errors: refusal.errors,
  };
  if (refusal.retryAfter !== undefined) void reply.header('retry-after', String(Math.ceil(refusal.retryAfter)));
  if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(refusal.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const known = FASTIFY_CODES[(error as { code?: string } | null)?.code ?? ''];
  if (known) return new AppError(known[0], known[2], { status: known[1] });
  if (error instanceof HttpException) return fromHttpException(error);
  if (error instanceof SyntaxError)
    return new AppError('http.malformed-json', 'The body is not valid JSON.', { status: 400 });
  if (isInfrastructureError(error) || error instanceof DeadlineExceeded) {
    return new AppError('http.unavailable', 'A part of the system is away. Nothing was lost; try again soon.', {
      status: 503,
      retryAfter: 2,
    });
  }
  return new AppError('http.internal', 'Something went wrong on our side. Quote the traceId when you report it.', {
    status: 500,
  });
}

function fromHttpException(error: HttpException): AppError {
  const status = error.getStatus();
  const title = (STATUS_CODES[status] ?? 'error').toLowerCase().replaceAll(' ', '-');
  return new AppError(`http.${title}`, error.message, { status });
}
