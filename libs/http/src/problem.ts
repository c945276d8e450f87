import { STATUS_CODES } from 'node:http';
import { isInfrastructureError } from '#libs/database';
import { AppError, DeadlineExceeded } from '#libs/kernel';
import { traceIdOf } from '#libs/observability';
import { HttpException } from '@nestjs/common';
import { httpError, type HttpErrorCode } from './errors.js';

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
  traceId: string;
  errors?: { pointer: string; message: string }[];
}

export function problemOf(error: AppError, instance: string, traceparent: string): Problem {
  return {
    ...error.members,
    type: `urn:floodgate:error:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    instance,
    traceId: traceIdOf(traceparent),
    errors: error.errors,
  };
}

/** What Fastify and Node say, in our words. */
const FOREIGN: Record<string, HttpErrorCode> = {
  FST_ERR_BAD_URL: 'http.malformed-url',
  FST_ERR_MAX_PARAM_LENGTH: 'http.uri-too-long',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'http.unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'http.body-too-large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'http.malformed-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'http.malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'http.malformed-json',
  HPE_HEADER_OVERFLOW: 'http.headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'http.request-timeout',
};
const BY_STATUS: Record<number, HttpErrorCode> = {
  400: 'http.malformed-request',
  404: 'http.not-found',
  413: 'http.body-too-large',
  415: 'http.unsupported-media-type',
  503: 'http.unavailable',
};

/** Any error as one that a caller may read; `undefined` fields of it say nothing about our insides. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  const known = FOREIGN[code ?? ''];
  if (known) return httpError(known);
  if (error instanceof SyntaxError && statusCode === 400) return httpError('http.malformed-json');
  if (isInfrastructureError(error) || error instanceof DeadlineExceeded) {
    return httpError('http.unavailable', { retryAfter: 2 });
  }
  const status = error instanceof HttpException ? error.getStatus() : (statusCode ?? 500);
  const byStatus = BY_STATUS[status];
  if (byStatus) return httpError(byStatus, status === 503 ? { retryAfter: 2 } : {});
  return httpError(status < 500 ? 'http.malformed-request' : 'http.internal');
}
