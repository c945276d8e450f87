import { type AnswerOf, type Message, ownerOf, type Query, type QuestionOf } from '#libs/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { HANDLES, type HandlerMetadata, type HandlesOptions } from './handles.js';
import type { Envelope } from './envelope.js';
import { HOSTED, type Hosted, MODULE_MAP, type ModuleMap } from './module-map.js';

type Method = (...args: unknown[]) => Promise<unknown>;

export interface FoundHandler {
  message: Message | Query;
  options: HandlesOptions;
  run: Method;
}

/** Finds every `@Handles` of the hosted modules at boot, and refuses a boot in which they and the map disagree. */
@Injectable()
export class Handlers {
  private readonly found = new Map<string, FoundHandler>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    @Inject(HOSTED) private readonly hosted: Hosted,
    @Inject(MODULE_MAP) private readonly map: ModuleMap,
  ) {}

  of(module: string, messageName: string): FoundHandler | undefined {
    return this.found.get(`${module} ${messageName}`);
  }

  /** Answers a query on behalf of the module that owns it: for what every module answers alike. */
  answer<Q extends Query>(query: Q, run: (question: QuestionOf<Q>) => Promise<AnswerOf<Q>>): void {
    this.register(ownerOf(query), { message: query, options: {} }, run as Method);
  }

  discover(): void {
    for (const wrapper of this.discovery.getProviders()) {
      const module = this.hosted.get(wrapper.host?.metatype as object);
      const instance: unknown = wrapper.instance;
      if (!module || typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as object;
      for (const name of this.scanner.getAllMethodNames(prototype)) {
        const method = (instance as Record<string, Method>)[name] as Method;
        const metadata = this.reflector.get<HandlerMetadata | undefined>(HANDLES, method);
        if (metadata) this.register(module, metadata, method.bind(instance));
      }
    }
    this.check();
  }

  private register(module: string, { message, options }: HandlerMetadata, run: Method): void {
    const key = `${module} ${message.name}`;
    if (this.found.has(key)) throw new Error(`${module} handles ${message.name} twice. Keep one of the methods.`);
    if (message.kind !== 'event' && ownerOf(message) !== module) {
      throw new Error(`${module} handles ${message.name}, which only ${ownerOf(message)} may receive.`);
    }
    this.found.set(key, { message, options, run });
  }

  private check(): void {
    const faults: string[] = [];
    for (const module of this.hosted.values()) {
      const hears = this.map[module]?.hears ?? [];
      for (const name of hears) {
        if (!this.of(module, name))
          faults.push(`${module} hears ${name} in src/modules.ts, but no method @Handles it.`);
      }
      for (const [key, { message }] of this.found) {
        if (!key.startsWith(`${module} `) || message.kind === 'query' || hears.includes(message.name)) continue;
        faults.push(`${module} @Handles ${message.name}, which its entry in src/modules.ts does not hear.`);
      }
    }
    if (faults.length > 0) throw new Error(faults.join('\n'));
  }
}

/** What the handler is given; throws where the payload is not what the message says. */
export function readPayload({ message }: FoundHandler, envelope: Envelope): unknown {
  return (message as Message).schema.parse(envelope.payload);
}
