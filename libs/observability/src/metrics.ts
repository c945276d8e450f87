import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Everything this process measures; `/metrics` prints it. */
export const metrics = new Registry();

const labelNames = ['method', 'route', 'status'] as const;
const requests = new Counter({
  name: 'http_requests_total',
  help: 'Requests answered, by route and class of status.',
  labelNames,
  registers: [metrics],
});
const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from a request to its answer.',
  labelNames,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  registers: [metrics],
});

const inFlight = new Gauge({
  name: 'floodgate_http_requests_in_flight',
  help: 'Requests that are being answered: what an autoscaler of the API looks at.',
  registers: [metrics],
});
const answers = new Counter({
  name: 'asks_answered_total',
  help: 'Calls by which other processes asked a module hosted here, by query.',
  labelNames: ['query'],
  registers: [metrics],
});

const failures = new Counter({
  name: 'floodgate_message_failures_total',
  help: 'Attempts of a message that failed by its own error, by module and message.',
  labelNames: ['module', 'message'],
  registers: [metrics],
});

const differences = new Counter({
  name: 'floodgate_reconciliation_differences_total',
  help: 'What reconciliation found and set right where it can, by module and kind. Any is worth a look.',
  labelNames: ['module', 'difference'],
  registers: [metrics],
});

/** Memory, CPU, event loop and garbage collection of this process. Once a process. */
export function measureProcess(): void {
  collectDefaultMetrics({ register: metrics });
}

/** `route` is the pattern, never the path: each value is a time series. */
export function countRequest(method: string, route: string, status: number, seconds: number): void {
  const labels = { method, route, status: `${Math.floor(status / 100)}xx` };
  requests.inc(labels);
  durations.observe(labels, seconds);
}

/** A value that is read when someone asks: by label values, or one number. Asked again for a name, it replaces. */
export function gauge(
  name: string,
  help: string,
  read: () => number | Promise<number> | Promise<[labels: Record<string, string>, value: number][]>,
  labelNames: string[] = [],
): void {
  metrics.removeSingleMetric(name);
  new Gauge({
    name,
    help,
    labelNames,
    registers: [metrics],
    async collect() {
      const values = await read();
      this.reset();
      if (typeof values === 'number') this.set(values);
      else for (const [labels, value] of values) this.set(labels, value);
    },
  });
}

/** From the arrival of a request until its answer is sent, or its caller gone. */
export function countInFlight(response: { once(event: 'close', listener: () => void): unknown }): void {
  inFlight.inc();
  response.once('close', () => inFlight.dec());
}

/** `query` is one that is answered here, never what somebody sent: each value is a time series. */
export function countAnswer(query: string): void {
  answers.inc({ query });
}

export function countFailed(module: string, message: string): void {
  failures.inc({ module, message });
}

export function countDifference(module: string, difference: string): void {
  differences.inc({ module, difference });
}

/** Waiting for something that others do is no load: a request is not in flight meanwhile. */
export async function notInFlight<T>(waiting: Promise<T>): Promise<T> {
  inFlight.dec();
  try {
    return await waiting;
  } finally {
    inFlight.inc();
  }
}
