import { type DynamicModule, Module } from '@nestjs/common';
import type { Settings } from './settings.js';

export const SETTINGS = Symbol('settings');

/** Makes the checked settings injectable everywhere: `@Inject(SETTINGS) settings: Settings`. */
@Module({})
export class ConfigModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}
