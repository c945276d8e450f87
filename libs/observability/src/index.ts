export { log, nestLogger } from './log.js';
export {
  countAnswer,
  countDifference,
  countFailed,
  countInFlight,
  countRequest,
  gauge,
  measureProcess,
  metrics,
  notInFlight,
} from './metrics.js';
export { type Context, currentContext, inContext, inTrace, noteCaller } from './context.js';
export { continueTrace, traceIdOf } from './trace.js';
export { Outage } from './outage.js';
