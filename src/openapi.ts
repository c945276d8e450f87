import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSettings } from '#libs/config';
import { buildDocument, createAdapter } from '#libs/http';
import type { QueueEngine } from '#libs/messaging';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { modules } from './modules.js';
import { loadModules } from './placement.js';

/** Writes the OpenAPI document of all modules. Nest's preview mode makes no instance, so no engine is needed. */
const [path = 'dist/openapi.json'] = process.argv.slice(2);
const settings = readSettings({});
const hosted = await loadModules(modules, settings);
const app = await NestFactory.create<NestFastifyApplication>(
  AppModule.with(settings, hosted, { connection: {} } as QueueEngine),
  createAdapter(),
  { preview: true, logger: false, abortOnError: false },
);
await mkdir(dirname(path), { recursive: true });
await writeFile(path, `${JSON.stringify(buildDocument(app), null, 2)}\n`);
