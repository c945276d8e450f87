import { Readiness } from '#libs/http';
import { startApp } from './app.js';
import { drain } from './drain.js';
import type { Engines } from './engines.js';
import type { Serving } from './run.js';
import type { Shutdown } from './shutdown.js';

/** Serves by this process alone. */
export async function serve(engines: Engines, shutdown: Shutdown): Promise<Serving> {
  const app = await startApp(engines);
  shutdown.draining((enter) => drain(app, engines.settings, enter));
  const { port } = app.getHttpServer().address() as { port: number };
  return { url: `http://localhost:${port}`, open: () => app.get(Readiness).open() };
}
