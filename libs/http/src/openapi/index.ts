export { buildDocument } from './document.js';
