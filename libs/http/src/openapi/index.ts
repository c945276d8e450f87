export { buildDocument } from './document.js';
export { IDEMPOTENCY_KEY, IF_MATCH, PREFER } from './headers.js';
