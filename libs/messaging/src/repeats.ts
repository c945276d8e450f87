import { Injectable, SetMetadata } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';

const REPEATS = 'floodgate:repeats';

/** Runs the method again and again in every process with the `queue` role; concurrent runs must be harmless. */
export function RepeatsEvery(everyMs: number) {
  return SetMetadata(REPEATS, everyMs);
}

/** Finds the methods marked with `@RepeatsEvery`. */
@Injectable()
export class Repeats {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  discover(): { everyMs: number; name: string; run: () => Promise<unknown> }[] {
    return this.discovery.getProviders().flatMap((wrapper) => {
      const instance = wrapper.instance as Record<string, () => Promise<unknown>> | null;
      if (typeof instance !== 'object' || instance === null || !wrapper.isDependencyTreeStatic()) return [];
      return this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((key) => {
        const method = instance[key] as () => Promise<unknown>;
        const everyMs = this.reflector.get<number | undefined>(REPEATS, method);
        return everyMs === undefined ? [] : [{ everyMs, name: `run ${wrapper.name}`, run: method.bind(instance) }];
      });
    });
  }
}
