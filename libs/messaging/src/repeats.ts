import { Injectable, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { Stoppable } from '#libs/kernel';

const REPEATS = 'floodgate:repeats';

export type RepeatsRole = 'http' | 'queue';

/**
 * Runs the method again and again in every process with this role; concurrent runs must be harmless. It gets a signal by
 * which a stop tells a long run to come to an end.
 */
export function RepeatsEvery(everyMs: number, role: RepeatsRole = 'queue') {
  return SetMetadata(REPEATS, { everyMs, role });
}

/** Finds the methods marked with `@RepeatsEvery`. */
@Injectable()
export class Repeats {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  discover(roles: readonly string[]): { everyMs: number; name: string; run: Stoppable }[] {
    return this.discovery.getProviders().flatMap((wrapper) => {
      const instance = wrapper.instance as Record<string, Stoppable> | null;
      if (typeof instance !== 'object' || instance === null || !wrapper.isDependencyTreeStatic()) return [];
      return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((key) => {
        const method = instance[key] as Stoppable;
        const found = this.reflector.get<{ everyMs: number; role: RepeatsRole } | undefined>(REPEATS, method);
        if (!found || !roles.includes(found.role)) return [];
        return [
          { everyMs: found.everyMs, name: `run ${wrapper.name}`, run: (signal) => method.call(instance, signal) },
        ];
      });
    });
  }
}
