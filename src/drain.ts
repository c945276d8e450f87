import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '#libs/config';
import { Readiness } from '#libs/http';
import { Messaging, QUEUE_ENGINE, type QueueEngine } from '#libs/messaging';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { closeServer } from './close-server.js';

/**
 * Readiness off, a wait until balancers have seen it, requests drained, consumers stopped, relay drained, questions of
 * other processes drained: in this order.
 */
export async function drain(
  app: NestFastifyApplication,
  settings: Settings,
  enter: (step: string) => void,
): Promise<void> {
  enter('balancers to see that it is not ready');
  const readiness = app.get(Readiness);
  readiness.drain();
  await sleep(settings.DRAIN_SECONDS * 1_000);
  readiness.close();
  enter('requests in progress');
  await closeServer(app.getHttpServer());
  await app.getHttpAdapter().close();
  await app.get(Messaging).stop(enter);
  enter('connections to close');
  await app.close();
  await app.get<QueueEngine>(QUEUE_ENGINE).close();
}
