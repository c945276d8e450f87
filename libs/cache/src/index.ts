export { Cache } from '@nestjs/cache-manager';
export { CacheModule } from './cache.module.js';
