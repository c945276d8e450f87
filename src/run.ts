import { isEmbedded, readSettings, type Settings } from '#libs/config';
import { announce, announceFault, speakJson } from './announce.js';
import { loadDemoOnce } from './demo.js';
import { type Engines, openEngines } from './engines.js';
import { portIsFree } from './port.js';
import { Shutdown, stopLimitMs } from './shutdown.js';
import { startFault } from './start-fault.js';
import { welcome } from './welcome.js';

export interface Serving {
  url: string;
  /** Says that it is ready. */
  open?: () => void;
  /** Told below the welcome. */
  notice?: string;
}

export type Start = (engines: Engines, shutdown: Shutdown) => Promise<Serving>;

/** From the settings to the welcome, and what is said where that is not reached. */
export async function run(start: Start): Promise<void> {
  speakJson();
  const isMember = process.send !== undefined;
  const shutdown = new Shutdown();
  let settings: Settings | undefined;
  try {
    settings = readSettings(process.env);
    shutdown.within(stopLimitMs(settings));
    if (!isMember) await portIsFree(settings.PORT, settings.HOST);
    const engines = await shutdown.closing(openEngines(settings));
    const embedded = isEmbedded(settings);
    const { url, open, notice } = await start(engines, shutdown);
    if (embedded) await loadDemoOnce(engines.settings, url);
    open?.();
    if (isMember) process.send?.('ready');
    else announce([welcome(engines.settings, url, embedded), ...(notice ? [notice] : [])].join('\n\n'), { url });
  } catch (error) {
    announceFault(`Floodgate cannot start. ${startFault(error, settings)}`);
    await shutdown.stop(1);
  }
}
