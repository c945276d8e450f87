import 'reflect-metadata';
import cluster from 'node:cluster';
import { startProcesses } from './processes.js';
import { run } from './run.js';
import { serve } from './serve.js';

/** `npm start`, and every process of a fleet. */
await run((engines, shutdown) => {
  const start = cluster.isPrimary && engines.settings.PROCESSES > 1 ? startProcesses : serve;
  return start(engines, shutdown);
});
