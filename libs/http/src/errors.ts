import { AppError, type AppErrorOptions } from '#libs/kernel';

/**
 * Every code that the HTTP layer itself answers with, its status and its text: one row each, printed into the OpenAPI
 * document as well. The codes of a feature module stand in that module's contract.
 */
export const HTTP_ERRORS = {
  'http.malformed-request': [400, 'The request is not valid HTTP.'],
  'http.malformed-url': [400, 'The URL is not encoded correctly.'],
  'http.malformed-json': [400, 'The body is not valid JSON.'],
  'http.validation-failed': [400, 'The request does not fit its schema. See errors.'],
  'http.invalid-cursor': [400, 'The cursor is not one of this list. Start again without it.'],
  'http.invalid-idempotency-key': [400, 'Idempotency-Key takes 1 to 255 visible ASCII characters.'],
  'http.idempotency-key-missing': [400, 'Send an Idempotency-Key header, one for each thing you mean to do.'],
  'http.idempotency-key-refused': [400, 'This answers a secret, which is not kept: send no Idempotency-Key.'],
  'http.invalid-if-match': [400, 'If-Match takes the ETag of an earlier answer, such as "3".'],
  'http.unauthorized': [401, 'Send an access token, API key or order token: Authorization: Bearer <token>.'],
  'http.forbidden': [403, 'Your role may not do this.'],
  'http.not-found': [404, 'There is nothing at this address. The paths are in /openapi.json.'],
  'http.method-not-allowed': [405, 'This address does not take this method. See Allow.'],
  'http.request-timeout': [408, 'The request did not arrive in time.'],
  'http.idempotency-key-in-use': [409, 'The first request with this Idempotency-Key is still running. Try again soon.'],
  'http.precondition-failed': [412, 'It has changed since you read it. Read it again and send its ETag as If-Match.'],
  'http.body-too-large': [
    413,
    'The body is larger than this address takes: 64 kB; 1 MB for orders, products and batches.',
  ],
  'http.uri-too-long': [414, 'The URL is too long.'],
  'http.unsupported-media-type': [415, 'Send JSON: Content-Type: application/json.'],
  'http.idempotency-key-reused': [422, 'This Idempotency-Key came with another request before. Use a new key.'],
  'http.precondition-required': [428, 'Send the ETag you read last as If-Match, so that no change is lost.'],
  'http.rate-limited': [429, 'Too many requests. Try again after Retry-After seconds.'],
  'http.headers-too-large': [431, 'The headers are larger than 16 KB.'],
  'http.internal': [500, 'Something went wrong on our side. Quote the traceId when you report it.'],
  'http.overloaded': [503, 'The system is at its limit. Try again after Retry-After seconds.'],
  'http.unavailable': [503, 'A part of the system is away. Nothing was lost; try again soon.'],
  'http.not-ready': [503, 'This process does not take requests now.'],
} as const satisfies Record<`http.${string}`, readonly [status: number, detail: string]>;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** An error of the table above; `detail` replaces its text. */
export function httpError(
  code: HttpErrorCode,
  { detail, ...options }: Omit<AppErrorOptions, 'status'> & { detail?: string } = {},
): AppError {
  const [status, text] = HTTP_ERRORS[code];
  return new AppError(code, detail ?? text, { status, ...options });
}
