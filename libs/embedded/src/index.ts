export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.js';
export { pickFreePort } from './free-port.js';
export { embeddedSettings, keepSecret } from './embedded-settings.js';
