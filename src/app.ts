import { configureHttp, createAdapter } from '#libs/http';
import { Messaging } from '#libs/messaging';
import { nestLogger } from '#libs/observability';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Engines } from './engines.js';
import { modules } from './modules.js';
import { loadModules } from './placement.js';

/** Mounts the hosted modules and listens. Answers once requests are taken and messages flow; not ready yet. */
export async function startApp({ settings, queue }: Engines): Promise<NestFastifyApplication> {
  const hosted = await loadModules(modules, settings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, hosted, queue),
    createAdapter(),
    {
      abortOnError: false,
      logger: nestLogger(settings.LOG_LEVEL),
    },
  );
  await configureHttp(app, settings);
  await app.init();
  app.get(Messaging).start(settings.ROLES);
  await app.listen(settings.PORT, settings.HOST);
  return app;
}
