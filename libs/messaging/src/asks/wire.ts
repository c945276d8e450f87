import { hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Context } from '#libs/observability';
import { AppError, type AppErrorOptions } from '#libs/kernel';
import { fromJSON } from '@grpc/proto-loader';

/**
 * What goes over gRPC when a module is asked in another process: one method for every query, and questions in batches.
 * Questions, answers and contexts are JSON, held to the query's own schema on both sides.
 *
 *     service Asks { rpc Ask (AskRequest) returns (AskReply); }
 */
export const ASKS = {
  package: 'floodgate',
  packageDefinition: fromJSON({
    nested: {
      floodgate: {
        nested: {
          Asks: { methods: { Ask: { requestType: 'AskRequest', responseType: 'AskReply', comment: '' } } },
          AskRequest: {
            fields: { query: { type: 'string', id: 1 }, questions: { rule: 'repeated', type: 'Question', id: 2 } },
          },
          Question: { fields: { json: { type: 'string', id: 1 }, context: { type: 'string', id: 2 } } },
          AskReply: { fields: { answers: { rule: 'repeated', type: 'Answer', id: 1 } } },
          Answer: { fields: { json: { type: 'string', id: 1 }, error: { type: 'string', id: 2 } } },
        },
      },
    },
  }),
};

export interface AskRequest {
  /** `catalog.quote-prices` */
  query: string;
  /** Each with the Context it was asked in, or ''. */
  questions: { json: string; context: string }[];
}

/** As many answers as questions, in their order. */
export interface AskReply {
  answers: { json?: string; error?: string }[];
}

type WireError = Omit<AppErrorOptions, 'cause'> & { code: string; detail: string };

export function errorToWire({ code, message, status, errors, retryAfter, isOutage }: AppError): string {
  return JSON.stringify({ code, detail: message, status, errors, retryAfter, isOutage } satisfies WireError);
}

export function errorFromWire(json: string): AppError {
  const { code, detail, ...options } = JSON.parse(json) as WireError;
  return new AppError(code, detail, options);
}

export function contextFromWire(json: string): Context | undefined {
  return json === '' ? undefined : (JSON.parse(json) as Context);
}

/** A module cannot be asked now. Nobody's fault: a message that meets this comes again for as long as it lasts. */
export function unreachable(module: string, cause?: unknown): AppError {
  return new AppError('bus.unreachable', `${module} cannot be reached now. Nothing was lost; try again soon.`, {
    status: 503,
    retryAfter: 1,
    isOutage: true,
    cause,
  });
}

/** What the processes of one deployment know each other by: derived from SECRET, so that nobody else may ask. */
export function askCredential(secret: string): string {
  return `Bearer ${Buffer.from(hkdfSync('sha256', secret, '', 'floodgate asks', 32)).toString('base64url')}`;
}

export function askCredentialCheck(secrets: readonly string[]): (given: unknown) => boolean {
  const known = secrets.map((secret) => Buffer.from(askCredential(secret)));
  return (given) => {
    const text = Buffer.from(String(given));
    return known.some((expected) => expected.length === text.length && timingSafeEqual(expected, text));
  };
}
