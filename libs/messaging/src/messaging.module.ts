import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { SETTINGS, type Settings } from '#libs/config';
import { Database, type DatabaseOptions } from '#libs/database';
import { type DynamicModule, Inject, Module, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { Job } from 'bullmq';
import { Acknowledgements } from './acknowledgements.js';
import { Asker } from './asker.js';
import { Broker, type JobData, WORKER_OPTIONS } from './broker.js';
import { Bus } from './bus.js';
import { Consumer } from './consumer.js';
import { Databases } from './databases.js';
import { answerForDeadLetters } from './dead-letter-queries.js';
import { Handlers } from './handlers.js';
import { Messaging } from './messaging.js';
import { hasQueue, HOSTED, type Hosted, MODULE_MAP, type ModuleMap } from './module-map.js';
import { QUEUE_ENGINE, type QueueEngine } from './queue-engine.js';
import { Relay } from './relay.js';
import { Repeats } from './repeats.js';
import { messagingTables } from './tables.js';

export interface MessagingOptions {
  map: ModuleMap;
  hosted: Hosted;
  engine: QueueEngine;
  /** Whether this process handles messages, not only requests. */
  consumes: boolean;
}

/** The messaging of a process: one for all of its modules. */
@Module({})
export class MessagingModule {
  static forRoot({ map, hosted, engine, consumes }: MessagingOptions): DynamicModule {
    const consumers = consumes ? [...hosted.values()].filter((name) => hasQueue(map, name)).map(queueConsumer) : [];
    const shared: Provider[] = [
      { provide: MODULE_MAP, useValue: map },
      { provide: HOSTED, useValue: hosted },
      { provide: QUEUE_ENGINE, useValue: engine },
      Databases,
      Handlers,
      Asker,
      Broker,
      Relay,
      Messaging,
      Repeats,
      Acknowledgements,
    ];
    return {
      module: MessagingModule,
      global: true,
      imports: [
        DiscoveryModule,
        BullModule.forRoot({ connection: engine.connection, extraOptions: { manualRegistration: true } }),
        BullModule.registerQueue(
          ...Object.keys(map)
            .filter((name) => hasQueue(map, name))
            .map((name) => ({ name })),
        ),
      ],
      providers: [...shared, Consumer, ...consumers],
      exports: shared,
    };
  }
}

/** What a feature module imports: its own Database and Bus, by their class names. */
@Module({})
export class FeatureModule {
  static for(options: Pick<DatabaseOptions, 'module' | 'entities' | 'migrations'>): DynamicModule {
    const { module } = options;
    return {
      module: FeatureModule,
      providers: [
        {
          provide: Database,
          inject: [SETTINGS, Databases, Handlers, Relay],
          useFactory: async (settings: Settings, databases: Databases, handlers: Handlers, relay: Relay) => {
            const database = await Database.open({
              ...options,
              url: settings.databaseUrl(module),
              poolSize: settings.DATABASE_POOL_SIZE,
              migrations: [messagingTables(module), ...options.migrations],
            });
            databases.add(database);
            answerForDeadLetters(handlers, database, relay);
            return database;
          },
        },
        {
          provide: Bus,
          inject: [Database, MODULE_MAP, Asker, Relay],
          useFactory: (database: Database, map: ModuleMap, asker: Asker, relay: Relay) =>
            new Bus(database, map, asker, relay),
        },
      ],
      exports: [Database, Bus],
    };
  }
}

/** The BullMQ worker of one module's queue. */
function queueConsumer(module: string): Type<WorkerHost> {
  @Processor(module, WORKER_OPTIONS)
  class QueueConsumer extends WorkerHost {
    constructor(@Inject(Consumer) private readonly consumer: Consumer) {
      super();
    }

    async process(job: Job<JobData>): Promise<void> {
      await this.consumer.process(module, job.data);
    }
  }
  Object.defineProperty(QueueConsumer, 'name', { value: `${module}QueueConsumer` });
  return QueueConsumer;
}
