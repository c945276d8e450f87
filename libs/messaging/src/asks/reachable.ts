import { lookup } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingOf, type Settings, SettingsError } from '#libs/config';

/** A Service that was made together with us may take this long to have a name. */
const NAME_DEADLINE_MS = 15_000;
const LOOK_EVERY_MS = 500;

/**
 * Throws SettingsError with the names of the modules that are needed and neither hosted here nor configured: no setting
 * says where they are, and their default is a name that nobody knows. What a setting names is taken at its word: a
 * headless Service has no name while none of its pods is ready, and that must keep nobody from starting.
 */
export async function assertReachable(needed: readonly { by: string; module: string }[], settings: Settings) {
  const faults = await Promise.all(
    needed.map(async ({ by, module }) => {
      const url = settings.grpcUrl(module);
      const fault = settings.hasGrpcUrl(module) ? undefined : await unknownName(url.replace(/:\d+$/, ''));
      const advice = `Add ${module} to MODULES, or set ${settingOf(module, 'GRPC_URL')} to where it runs.`;
      return (
        fault && `MODULES: ${by} needs ${module}, which is not hosted here, and ${url} is no name (${fault}). ${advice}`
      );
    }),
  );
  const found = faults.filter((fault) => fault !== undefined);
  if (found.length > 0) throw new SettingsError(found);
}

async function unknownName(name: string): Promise<string | undefined> {
  const end = Date.now() + NAME_DEADLINE_MS;
  for (;;) {
    const fault = await lookup(name).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    );
    if (fault === undefined || Date.now() > end) return fault;
    await sleep(LOOK_EVERY_MS);
  }
}
