import { lookup, Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingOf, type Settings, SettingsError } from '#libs/config';
import { isListOfAddresses } from './remote.js';

/** A Service that was made together with us may take this long to have a name. */
const NAME_DEADLINE_MS = 15_000;
const LOOK_EVERY_MS = 500;

/**
 * Throws SettingsError with the names of the modules that are needed, not hosted here, and cannot be reached: their
 * address is a name that nobody knows.
 */
export async function assertReachable(needed: readonly { by: string; module: string }[], settings: Settings) {
  const faults = await Promise.all(
    needed.map(async ({ by, module }) => {
      const url = settings.grpcUrl(module);
      const fault = isListOfAddresses(url) ? undefined : await unknownName(url);
      const advice = `Add ${module} to MODULES, or set ${settingOf(module, 'GRPC_URL')} to where it runs.`;
      return (
        fault && `MODULES: ${by} needs ${module}, which is not hosted here, and ${url} is no name (${fault}). ${advice}`
      );
    }),
  );
  const found = faults.filter((fault) => fault !== undefined);
  if (found.length > 0) throw new SettingsError(found);
}

async function unknownName(url: string): Promise<string | undefined> {
  const end = Date.now() + NAME_DEADLINE_MS;
  for (;;) {
    const fault = await lookUp(url).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    if (fault === undefined || Date.now() > end) return fault;
    await sleep(LOOK_EVERY_MS);
  }
}

async function lookUp(url: string): Promise<void> {
  const [, server, name] = /^(?:dns:\/\/([^/]*)\/)?(.+):\d+$/.exec(url) ?? [];
  if (!server) return void (await lookup(String(name)));
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  resolver.setServers([server]);
  await resolver.resolve4(String(name));
}
