import { type Settings, SettingsError } from '#libs/config';
import { assertReachable, type Hosted, type ModuleMap } from '#libs/messaging';

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

/** Every process asks accounts whose an API key is. */
const NEEDED_BY_ALL = ['accounts'];

/** Throws where a module hosted here needs one that is neither hosted here nor to be found. */
export async function assertPlaced(map: ModuleMap, hosted: Hosted, settings: Settings): Promise<void> {
  const here = new Set(hosted.values());
  const needed = new Map<string, string>();
  for (const module of NEEDED_BY_ALL) needed.set(module, 'every process');
  for (const by of here) for (const module of map[by]?.needs ?? []) needed.set(module, by);
  const elsewhere = [...needed].filter(([module]) => !here.has(module));
  await assertReachable(
    elsewhere.map(([module, by]) => ({ by, module })),
    settings,
  );
}
