import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from './command.js';

export interface Answer<T> {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: T;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The Idempotency-Key, the same in every attempt. */
  key?: string;
  /** Another bearer than the client's; empty for none. */
  token?: string;
  /** Told of every attempt after the first. */
  onRetry?: () => void;
}

const ATTEMPT_TIMEOUT_MS = 40_000; // above the longest Prefer: wait
const MOST_BACKOFF_MS = 2_000;
const RETRIED = new Set([409, 429, 502, 503, 504]);
/** 409 from an Idempotency-Key whose first request is still being committed; other conflicts are answers. */
const isRetried = ({ status, headers }: Answer<unknown>) =>
  RETRIED.has(status) && (status !== 409 || headers['retry-after'] !== undefined);

export const DEFAULT_URL = `http://localhost:${process.env.PORT ?? 3000}`;

/** Plain node:http with kept-alive connections: the load generator must cost little beside the server it measures. */
export class ShopClient {
  private readonly agent: http.Agent;
  private readonly base: URL;
  private readonly hostname: string;
  private readonly protocol: typeof http | typeof https;

  constructor(
    readonly url: string,
    private readonly token?: string,
    sockets = 64,
  ) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new Fault(`--url takes a URL such as http://localhost:3000, not "${url}".`);
    }
    this.base = new URL(url);
    // Thousands of connections would each look up localhost and try ::1 first.
    this.hostname = this.base.hostname === 'localhost' ? '127.0.0.1' : this.base.hostname;
    this.protocol = this.base.protocol === 'https:' ? https : http;
    this.agent = new this.protocol.Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets });
  }

  /** One attempt. Rejects where no answer came. */
  attempt<T>({ method, path, body, headers, key, token = this.token }: Call): Promise<Answer<T>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = this.protocol.request({
        agent: this.agent,
        hostname: this.hostname,
        port: this.base.port,
        method: method ?? (text === undefined ? 'GET' : 'POST'),
        path,
        timeout: ATTEMPT_TIMEOUT_MS,
        headers: {
          ...(text !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(key && { 'idempotency-key': key }),
          ...headers,
        },
      });
      request.on('timeout', () => request.destroy(new Error(`No answer within ${ATTEMPT_TIMEOUT_MS} ms.`)));
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString();
          const { statusCode: status = 0, headers } = response;
          try {
            resolve({ status, headers, body: (answer === '' ? undefined : JSON.parse(answer)) as T });
          } catch {
            reject(new Error(`${status}, but not JSON: ${answer.slice(0, 100)}`));
          }
        });
      });
      request.end(text);
    });
  }

  /**
   * Tries until there is an answer that is final: 429, 503 and lost connections are tried again, not before their
   * Retry-After, with the same key. Past the deadline answers the last refusal, or throws the last error.
   */
  async send<T>(call: Call, deadlineMs = 60_000): Promise<Answer<T>> {
    const end = Date.now() + deadlineMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.attempt<T>(call).catch((error: Error) => error);
      if (!(outcome instanceof Error) && !isRetried(outcome)) return outcome;
      const asked = outcome instanceof Error ? 0 : Number(outcome.headers['retry-after'] ?? 0) * 1_000;
      const backoff = Math.min(MOST_BACKOFF_MS, 50 * 2 ** attempt);
      const pause = Math.max(asked, backoff) + Math.random() * backoff; // spread, or all come back at once
      if (Date.now() + pause < end) {
        await sleep(pause);
        call.onRetry?.();
      } else if (outcome instanceof Error) {
        throw new Fault(`${this.url} does not answer (${(outcome as NodeJS.ErrnoException).code ?? outcome.message}).`);
      } else {
        return outcome;
      }
    }
  }

  /** `send` for calls that must succeed: their body, or a Fault with the problem's words. */
  async must<T>(call: Call): Promise<T> {
    const { status, body } = await this.send<T>(call);
    if (status < 300) return body;
    const { detail, errors } = body as { detail?: string; errors?: { pointer: string; message: string }[] };
    const where = errors?.map(({ pointer, message }) => `${pointer} ${message}`).join('; ') ?? '';
    const key = status === 401 || status === 403 ? ' The admin key is ADMIN_API_KEY, else DATA_DIR/admin.key.' : '';
    throw new Fault(`${call.path} answers ${status}: ${detail ?? ''} ${where}${key}`);
  }

  /** A POST that is done once, however often it has to be sent. */
  once<T>(path: string, body: unknown): Promise<T> {
    return this.must<T>({ path, body, key: randomUUID() });
  }

  async isThere(): Promise<boolean> {
    return this.attempt({ path: '/readyz' }).then(
      () => true,
      () => false,
    );
  }
}

/** ADMIN_API_KEY, else what the embedded default keeps in DATA_DIR. */
export async function adminKey(): Promise<string> {
  const { ADMIN_API_KEY, DATA_DIR = '.data' } = process.env;
  if (ADMIN_API_KEY) return ADMIN_API_KEY;
  const file = join(DATA_DIR, 'admin.key');
  const key = await readFile(file, 'utf8').catch(() => {
    throw new Fault(`There is no ${file}. Set ADMIN_API_KEY, or DATA_DIR as the server has it.`);
  });
  return key.trim();
}

/** A client with the admin key, to a server that answers; a Fault that says what to do where none does. */
export async function openShop(url: string, sockets?: number): Promise<ShopClient> {
  if (!(await new ShopClient(url).isThere())) {
    throw new Fault(`Nothing answers at ${url}. Run "npm start" in another terminal, or name a server with --url.`);
  }
  return new ShopClient(url, await adminKey(), sockets);
}
