export * from './access.js';
export * from './list.js';
export * from './problem.filter.js';
export * from './tokens.js';
export * from './unit-of-work.js';
export * from './validation.js';
export * from './fastify.js';
export * from './http.module.js';
