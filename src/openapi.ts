import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSettings } from '#libs/config';
import { Logger } from '@nestjs/common';
import { wholeDocument } from './document.js';

/** `npm run openapi`: writes the OpenAPI document. */
Logger.overrideLogger(false);
const [path = 'dist/openapi.json'] = process.argv.slice(2);
const document = await wholeDocument(readSettings({}));
await mkdir(dirname(path), { recursive: true });
await writeFile(path, document);
