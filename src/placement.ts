import { type Settings, SettingsError } from '#libs/config';
import type { Hosted, ModuleMap } from '#libs/messaging';

/** Loads the modules that `MODULES` names; throws where one is unknown. */
export async function loadModules(map: ModuleMap, settings: Settings): Promise<Hosted> {
  const all = settings.MODULES.includes('all');
  const unknown = settings.MODULES.filter((name) => name !== 'all' && !(name in map));
  if (unknown.length > 0) {
    throw new SettingsError([`MODULES: ${unknown.join(', ')}: use all, or some of ${Object.keys(map).join(',')}.`]);
  }
  const hosted = Object.entries(map).filter(([name]) => all || settings.MODULES.includes(name));
  return new Map(await Promise.all(hosted.map(async ([name, entry]) => [await entry.load(), name] as const)));
}
