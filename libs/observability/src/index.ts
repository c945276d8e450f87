export { log, nestLogger } from './log.js';
export { countRequest, gauge, measureProcess, metrics } from './metrics.js';
export { continueTrace, currentTrace, inTrace, traceIdOf } from './trace.js';
