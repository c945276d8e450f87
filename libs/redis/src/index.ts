export * from './connected.js';
export * from './create-redis.js';
export * from './redis-url.js';
export * from './tell-outages.js';
