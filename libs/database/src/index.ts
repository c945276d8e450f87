export * from './database.js';
export * from './errors.js';
export * from './transaction.js';
export { grantAll } from './grants.js';
export { migrate, type Migrated, type Migration, roleOf } from './migrate.js';
export { DatabaseFault } from './database-fault.js';
export { SteadyClient } from './steady-client.js';
export { forget, type Forgotten, idAt, olderThan } from './retention.js';
export { isPooled } from './pooler.js';
