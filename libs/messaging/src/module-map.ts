import { ownerOf } from '#libs/kernel';

/** One entry of src/modules.ts. */
export interface ModuleEntry {
  /** Modules whose contract it uses. */
  needs: readonly string[];
  /** Where the paths of its HTTP routes begin. */
  serves: readonly string[];
  /** Names of the commands and events it handles. */
  hears: readonly string[];
  /** Nobody waits for what it does: it gets its messages less often, and steps aside while the process is busy. */
  background?: boolean;
  load: () => Promise<new () => object>;
}

export type ModuleMap = Readonly<Record<string, ModuleEntry>>;

export const MODULE_MAP = Symbol('module map');
/** The modules this process hosts: name by Nest module class. */
export const HOSTED = Symbol('hosted modules');
export type Hosted = ReadonlyMap<object, string>;

/** Who gets a message, by the map alone: the receiver's code need not be in this process. */
export function subscribersOf(map: ModuleMap, message: { kind: string; name: string }): string[] {
  if (message.kind === 'command') return [ownerOf(message)];
  return Object.keys(map).filter((name) => map[name]?.hears.includes(message.name));
}

/** Whether a module has a queue to work off: it hears messages, or what it writes is acknowledged to it. */
export function hasQueue(map: ModuleMap, module: string): boolean {
  const names = Object.values(map).flatMap(({ hears }) => hears);
  return (map[module]?.hears.length ?? 0) > 0 || names.some((name) => ownerOf({ name }) === module);
}
