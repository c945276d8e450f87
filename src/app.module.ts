import { CacheModule } from '#libs/cache';
import { ConfigModule, type Settings } from '#libs/config';
import { HttpModule } from '#libs/http';
import { type Hosted, MessagingModule, type QueueEngine } from '#libs/messaging';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ApiKeysByBus } from './api-keys-by-bus.js';
import { modules } from './modules.js';

/** The whole of a process: the hosted feature modules on the shared libraries. */
@Module({})
export class AppModule {
  static with(settings: Settings, hosted: Hosted, engine: QueueEngine): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        CacheModule,
        MessagingModule.forRoot({ map: modules, hosted, engine, consumes: settings.ROLES.includes('queue') }),
        HttpModule.with({ apiKeys: ApiKeysByBus }),
        ...([...hosted.keys()] as Type[]),
      ],
    };
  }
}
