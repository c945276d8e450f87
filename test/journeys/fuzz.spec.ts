import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { shopUrl } from '../support/api.js';
import { arbitraryRequest, type AnyRequest, type Document } from '../support/arbitrary-request.js';
import { ADMIN_KEY } from '../support/server.js';
import { onSale, placed } from '../support/shop.js';

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 2_000);
/** The same requests each time, unless another seed is asked for. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const AT_ONCE = 8;
jest.setTimeout(30_000 + REQUESTS * 60);

/** Hashing a password is slow on purpose, so these have few; operations have no input. */
const FEW = /password|account|session/i;
const NONE = /^(livez|readyz|metrics)$/;

/** What is wrong with the answer to a request; undefined where nothing is. */
async function faultOf(request: AnyRequest, authorization: string | undefined): Promise<string | undefined> {
  const { method, path, headers, body } = request;
  const response = await fetch(`${shopUrl()}${path}`, {
    method,
    headers: { ...headers, prefer: '', ...(authorization ? { authorization } : {}) },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  if (response.status >= 500) return `${response.status} ${text}`;
  if (response.status < 400) return undefined;
  if (response.headers.get('content-type') !== 'application/problem+json; charset=utf-8') return `no problem: ${text}`;
  const problem = JSON.parse(text) as Record<string, unknown>;
  const isWhole =
    problem.status === response.status &&
    ['type', 'title', 'detail', 'code', 'instance', 'traceId'].every((name) => typeof problem[name] === 'string');
  return isWhole ? undefined : `not a whole problem: ${text}`;
}

describe('requests generated from the document', () => {
  it(`are answered, ${REQUESTS} of them: none by 5xx, each refusal by a whole problem`, async () => {
    const document = (await (await fetch(`${shopUrl()}/openapi.json`)).json()) as Document;
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        NONE.test(operation.operationId) ? [] : [[path, method, operation] as const],
      ),
    );
    expect(operations.length).toBeGreaterThan(25);
    const sku = await onSale();
    const { id, orderToken } = await placed(sku);
    const callers = [`Bearer ${ADMIN_KEY}`, `Bearer ${orderToken}`, undefined];
    const share = Math.ceil(REQUESTS / operations.length);
    const requests = operations.flatMap((operation) => {
      const many = FEW.test(operation[2].operationId) ? Math.min(share, 20) : share;
      return fc.sample(arbitraryRequest(document, operation, [sku, id]), { numRuns: many, seed: SEED });
    });
    const faults: string[] = [];
    const next = requests.entries();
    const work = async () => {
      for (const [index, request] of next) {
        const fault = await faultOf(request, callers[index % callers.length]);
        if (fault) faults.push(`${request.method} ${request.path} ${request.body ?? ''}\n  ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (faults.length > 0)
      throw new Error(`${faults.length} of ${requests.length}:\n${faults.slice(0, 10).join('\n')}`);
  });
});
