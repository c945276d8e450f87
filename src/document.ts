import { type Settings } from '#libs/config';
import { buildDocument, createAdapter } from '#libs/http';
import type { QueueEngine } from '#libs/messaging';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { modules } from './modules.js';
import { loadModules } from './placement.js';

/**
 * The OpenAPI document of all modules, as JSON: the same on every topology, whatever this process hosts. Nest's preview
 * mode makes no instance, so no engine is needed.
 */
export async function wholeDocument(settings: Settings): Promise<string> {
  const all = await loadModules(modules, { ...settings, MODULES: ['all'] });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, all, { connection: {} } as QueueEngine),
    createAdapter(settings),
    { preview: true, abortOnError: false }, // no `logger`: it would take the place of this process's own
  );
  return `${JSON.stringify(buildDocument(app), null, 2)}\n`;
}
