import 'reflect-metadata';
import { readSettings } from '#libs/config';
import { createAdapter } from '#libs/http';
import { Messaging, openQueueEngine } from '#libs/messaging';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { modules } from './modules.js';
import { loadModules } from './placement.js';
import { startEmbeddedPostgres } from '#libs/embedded';

const settings0 = readSettings(process.env);
const pg = settings0.DATABASE_URL ? undefined : await startEmbeddedPostgres({ dataDir: settings0.DATA_DIR });
const settings = {
  ...settings0,
  DATABASE_URL: settings0.DATABASE_URL ?? pg?.url,
  PAYMENTS_TEST: true,
  ADMIN_API_KEY: settings0.ADMIN_API_KEY ?? 'admin-key-admin-key-admin-key',
};
const hosted = await loadModules(modules, settings);
const engine = await openQueueEngine(settings);
const app = await NestFactory.create<NestFastifyApplication>(
  AppModule.with(settings, hosted, engine),
  createAdapter(),
  { logger: ['error', 'warn'] },
);
await app.init();
app.get(Messaging).start(settings.ROLES);
await app.listen(settings.PORT, settings.HOST);
console.log('ready', process.uptime(), process.memoryUsage().rss / 1e6);
process.on(
  'SIGTERM',
  () =>
    void (async () => {
      await app.get(Messaging).stop();
      await app.close();
      await engine.close();
      await pg?.stop();
      process.exit(0);
    })(),
);
