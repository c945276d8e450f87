import { AsyncLocalStorage } from 'node:async_hooks';
import { traceIdOf } from './trace.js';

/** What belongs to a request wherever its work is done; it travels along with every question to another process. */
export interface Context {
  /** W3C trace context. */
  traceparent: string;
  requestId?: string;
  /** Who calls, as `role:id`. */
  caller?: string;
  idempotencyKey?: string;
}

const storage = new AsyncLocalStorage<Context>();

/** Runs `work` in a context: logs, messages and questions it causes carry it on. */
export function inContext<T>(context: Context | undefined, work: () => T): T {
  return context ? storage.run(context, work) : work();
}

/** Runs `work` in the trace of a message. */
export function inTrace<T>(traceparent: string | undefined, work: () => T): T {
  return inContext(traceparent === undefined ? undefined : { traceparent }, work);
}

export function currentContext(): Context | undefined {
  return storage.getStore();
}

/** Once it is known who calls. */
export function noteCaller(caller: string): void {
  const context = storage.getStore();
  if (context) context.caller = caller;
}

/** What every log line of the current work carries. */
export function contextFields(): { traceId?: string; requestId?: string; caller?: string } {
  const context = storage.getStore();
  if (!context) return {};
  const { traceparent, requestId, caller } = context;
  return {
    traceId: traceIdOf(traceparent),
    ...(requestId === undefined ? {} : { requestId }),
    ...(caller === undefined ? {} : { caller }),
  };
}
