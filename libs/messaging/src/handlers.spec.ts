import { describe, expect, it } from '@jest/globals';
import { command, event } from '#libs/kernel';
import { Injectable, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { z } from 'zod';
import { Handlers } from './handlers.js';
import { Handles } from './handles.js';
import { HOSTED, MODULE_MAP } from './module-map.js';

const TakeNote = command('toys.take-note', z.object({}));
const NoteTaken = event('toys.note-taken', z.object({}));

@Injectable()
class Toy {
  @Handles(TakeNote)
  async take(): Promise<void> {}

  @Handles(NoteTaken)
  async hear(): Promise<void> {}
}

@Module({ providers: [Toy] })
class ToysModule {}

/** Boots the toy module with an entry that says it hears these. */
async function boot(hears: string[]): Promise<void> {
  const map = { toys: { needs: [], serves: [], hears, load: async () => ToysModule } };
  @Module({
    imports: [DiscoveryModule, ToysModule],
    providers: [
      Handlers,
      { provide: MODULE_MAP, useValue: map },
      { provide: HOSTED, useValue: new Map([[ToysModule, 'toys']]) },
    ],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  app.get(Handlers).discover();
  await app.close();
}

describe('the map and the handlers', () => {
  it('agree', async () => {
    await boot(['toys.take-note', 'toys.note-taken']);
  });

  it('fail the boot, with every name, where they do not', async () => {
    await expect(boot(['toys.take-note', 'toys.break-note'])).rejects.toThrow(
      'toys hears toys.break-note in src/modules.ts, but no method @Handles it.\n' +
        'toys @Handles toys.note-taken, which its entry in src/modules.ts does not hear.',
    );
  });
});
