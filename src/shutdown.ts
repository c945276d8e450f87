import { Readiness } from '#libs/http';
import { Messaging } from '#libs/messaging';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Engines } from './engines.js';

/** A person at Ctrl-C waits 5 s at most; what is not done by then is found again by the next start. */
const GRACE_MS = 3_500;
const LAST_RESORT_MS = 4_900;

/** Stops the process on SIGINT and SIGTERM, also in the middle of its start. */
export class Shutdown {
  private engines: Promise<Engines | undefined> = Promise.resolve(undefined);
  private app?: NestFastifyApplication;
  private stopping = false;

  constructor() {
    process.on('SIGINT', () => void this.stop(0));
    process.on('SIGTERM', () => void this.stop(0));
  }

  /** From now on a stop closes these, as soon as they are open. */
  async closing(engines: Promise<Engines>): Promise<Engines> {
    this.engines = engines.catch(() => undefined);
    return engines;
  }

  draining(app: NestFastifyApplication): void {
    this.app = app;
  }

  /** Requests drained, consumers stopped, relay drained, engines closed: in this order. */
  async stop(exitCode: number): Promise<never> {
    if (this.stopping) return new Promise<never>(() => undefined);
    this.stopping = true;
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
    const late = new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
    await Promise.race([this.drain().catch((error: unknown) => console.error(error)), late]);
    await (await this.engines)?.close().catch((error: unknown) => console.error(error));
    process.exit(exitCode);
  }

  private async drain(): Promise<void> {
    if (!this.app) return;
    this.app.get(Readiness).set(false);
    await this.app.getHttpAdapter().close();
    await this.app.get(Messaging).stop();
    await this.app.close();
  }
}
