import 'reflect-metadata';
import { readSettings, type Settings } from '#libs/config';
import { Readiness } from '#libs/http';
import { startApp } from './app.js';
import { loadDemoOnce } from './demo.js';
import { openEngines } from './engines.js';
import { portIsFree } from './port.js';
import { Shutdown } from './shutdown.js';
import { startFault } from './start-fault.js';
import { welcome } from './welcome.js';

const shutdown = new Shutdown();
let settings: Settings | undefined;
try {
  settings = readSettings(process.env);
  await portIsFree(settings.PORT, settings.HOST);
  const engines = await shutdown.closing(openEngines(settings));
  const app = await startApp(engines);
  shutdown.draining(app);
  const { port } = app.getHttpServer().address() as { port: number };
  const url = `http://localhost:${port}`;
  const embedded = !settings.DATABASE_URL;
  if (embedded) await loadDemoOnce(engines.settings, url);
  app.get(Readiness).set(true);
  console.log(welcome(engines.settings, url, embedded));
} catch (error) {
  console.error(`Floodgate cannot start. ${startFault(error, settings)}`);
  await shutdown.stop(1);
}
