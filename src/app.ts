import { configureHttp, createAdapter } from '#libs/http';
import { askServer, Messaging } from '#libs/messaging';
import { nestLogger } from '#libs/observability';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import type { Engines } from './engines.js';
import { wholeDocument } from './document.js';
import { modules } from './modules.js';
import { assertPlaced, loadModules } from './placement.js';

/** Mounts the hosted modules and listens. Answers once requests are taken and messages flow; not ready yet. */
export async function startApp({ settings, queue }: Engines): Promise<NestFastifyApplication> {
  const hosted = await loadModules(modules, settings);
  await assertPlaced(modules, hosted, settings);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, hosted, queue),
    createAdapter(settings),
    {
      abortOnError: false,
      logger: nestLogger(settings.LOG_LEVEL),
    },
  );
  await configureHttp(app, settings, () => wholeDocument(settings));
  const { GRPC_PORT } = settings;
  if (GRPC_PORT !== undefined) app.connectMicroservice(askServer(GRPC_PORT, settings), { inheritAppConfig: true });
  await app.init();
  app.get(Messaging).start(settings.ROLES);
  await app.startAllMicroservices();
  await app.listen(settings.PORT, settings.HOST);
  return app;
}
