import { type IncomingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ADMIN_KEY } from '../support/server.js';

const DEADLINE_MS = 30_000;
const PAUSE_MS = 100;
const REPEATED_FOR_MS = 60_000;

export interface Failure {
  phase: string;
  /** `POST /v1/orders`, and what came instead of an answer. */
  what: string;
  /** Addresses that the balancer tried. */
  upstream: string;
}

export interface Phase {
  startedAt: number;
  requests: number;
  orders: number;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/**
 * Callers that never pause: of ten requests one places an order, the others read. Each on a connection of its own, so that
 * no balancer's reload closes one under a request. A failed order is repeated with its key until it is accepted, for a
 * minute at most.
 */
export class ConstantLoad {
  readonly phases = new Map<string, Phase>();
  readonly failures: Failure[] = [];
  /** Id of the order by its Idempotency-Key; more than one would be a duplicate. */
  readonly orders = new Map<string, Set<string>>();
  endedAt = 0;
  private phase = '';
  private running = true;
  private lanes: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly url: string,
    private readonly sku: string,
  ) {}

  start(lanes: number): void {
    this.lanes = Promise.all(Array.from({ length: lanes }, (_, lane) => this.run(lane)));
    this.lanes.catch(() => undefined); // `stop` tells
  }

  enter(phase: string): void {
    this.phase = phase;
    this.phases.set(phase, { startedAt: Date.now(), requests: 0, orders: 0 });
  }

  /** The phase it is in. */
  get current(): string {
    return this.phase;
  }

  get requests(): number {
    return [...this.phases.values()].reduce((sum, { requests }) => sum + requests, 0);
  }

  /** Lets what is on its way come to its end. */
  async stop(): Promise<void> {
    this.running = false;
    await this.lanes;
    this.endedAt = Date.now();
  }

  private async run(lane: number): Promise<void> {
    for (let turn = 0; this.running; turn += 1) {
      if (turn % 10 === 0) await this.order(`drill-${process.pid}-${Date.now()}-${lane}-${turn}`);
      else if (turn % 2 === 0) await this.once('GET', '/v1/products?limit=5');
      else await this.once('GET', `/v1/availability?sku=${this.sku}`);
    }
  }

  private async order(key: string): Promise<void> {
    const lines = [{ sku: this.sku, quantity: 1 }];
    const body = JSON.stringify({ email: `${key}@example.com`, lines, payment: { method: 'test' } });
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const end = Date.now() + REPEATED_FOR_MS;
    while (Date.now() < end) {
      const answer = await this.once('POST', '/v1/orders', headers, body);
      if (answer) {
        const { id } = JSON.parse(answer.body) as { id: string };
        this.orders.set(key, (this.orders.get(key) ?? new Set()).add(id));
        (this.phases.get(this.phase) as Phase).orders += 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** The answer, or undefined where the request failed, which is noted. */
  private async once(method: string, path: string, headers = {}, body?: string): Promise<Answer | undefined> {
    (this.phases.get(this.phase) as Phase).requests += 1;
    const { phase } = this;
    const what = `${method} ${path.split('?')[0]}`;
    try {
      const answer = await send(this.url + path, { method, headers }, body);
      if (answer.status < 300) return answer;
      const upstream = String(answer.headers['x-upstream']);
      this.failures.push({ phase, what: `${what}: ${answer.status} ${answer.body.slice(0, 200)}`, upstream });
    } catch (error) {
      this.failures.push({ phase, what: `${what}: ${String(error)}`, upstream: 'none' });
    }
    return undefined;
  }
}

function send(url: string, options: { method: string; headers: object }, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { ...options.headers, authorization: `Bearer ${ADMIN_KEY}` };
    const sent = request(url, { method: options.method, headers, agent: false, timeout: DEADLINE_MS }, (response) => {
      text(response).then(
        (read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
        reject,
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}
