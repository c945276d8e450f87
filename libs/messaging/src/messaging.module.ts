import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { migratesAtBoot, SETTINGS, type Settings } from '#libs/config';
import { Database, type DatabaseOptions } from '#libs/database';
import { type DynamicModule, Inject, Module, type OnModuleInit, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { type Job, Queue } from 'bullmq';
import { Acknowledgements } from './acknowledgements.js';
import { Asker } from './asks/asker.js';
import { AsksController } from './asks/asks.controller.js';
import { Remotes } from './asks/remotes.js';
import { Blame } from './blame.js';
import { Broker, type JobData, WORKER_OPTIONS } from './broker.js';
import { Bus } from './bus.js';
import { Consumer } from './consumer.js';
import { Databases } from './databases.js';
import { Deliveries } from './deliveries.js';
import { answerForDeadLetters } from './dead-letter-queries.js';
import { Handlers } from './handlers.js';
import { Messaging } from './messaging.js';
import { hasQueue, HOSTED, type Hosted, MODULE_MAP, type ModuleMap } from './module-map.js';
import { Outreach } from './outreach.js';
import { QUEUE_ENGINE, type QueueEngine, queuePrefix } from './queue-engine.js';
import { Relay } from './relay.js';
import { Repeats } from './repeats.js';
import { Sweeper } from './sweeper.js';
import { agesOf, endedLettersTable, messagingTables } from './tables.js';

export interface MessagingOptions {
  map: ModuleMap;
  hosted: Hosted;
  engine: QueueEngine;
  /** Whether this process handles messages, not only requests. */
  consumes: boolean;
}

/** The messaging of a process: one for all of its modules. */
@Module({})
export class MessagingModule implements OnModuleInit {
  constructor(private readonly discovery: DiscoveryService) {}

  /** A queue whose engine is away says so all the time, to the console where nobody listens. The engine tells it once. */
  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders() as { instance: unknown }[]) {
      if (instance instanceof Queue) instance.on('error', () => undefined);
    }
  }

  static forRoot({ map, hosted, engine, consumes }: MessagingOptions): DynamicModule {
    const consumers = consumes
      ? [...hosted.values()].filter((name) => hasQueue(map, name)).map((name) => queueConsumer(name, engine))
      : [];
    const shared: Provider[] = [
      { provide: MODULE_MAP, useValue: map },
      { provide: HOSTED, useValue: hosted },
      { provide: QUEUE_ENGINE, useValue: engine },
      Databases,
      Handlers,
      Remotes,
      Asker,
      Broker,
      Blame,
      Outreach,
      Relay,
      Sweeper,
      Deliveries,
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
            .map((name) => ({ name, prefix: queuePrefix(name) })),
        ),
      ],
      controllers: [AsksController],
      providers: [...shared, Consumer, ...consumers],
      exports: shared,
    };
  }
}

type FeatureOptions = Pick<DatabaseOptions, 'module' | 'entities' | 'migrations'>;
type Schema = Pick<DatabaseOptions, 'module' | 'migrations'>;

const migrationsOf = ({ module, migrations }: FeatureOptions) => [
  messagingTables(module),
  ...migrations,
  endedLettersTable(module),
  agesOf(module),
];

/** The schema of a module's class, without making an instance; none where it keeps no data. */
export function schemaOf(type: object): Schema | undefined {
  const imports = (Reflect.getMetadata('imports', type) ?? []) as { module?: unknown; schema?: Schema }[];
  return imports.find(({ module }) => module === FeatureModule)?.schema;
}

/** What a feature module imports: its own Database and Bus, by their class names. */
@Module({})
export class FeatureModule {
  static for(options: FeatureOptions): DynamicModule & { schema: Schema } {
    const { module } = options;
    return {
      schema: { module, migrations: migrationsOf(options) },
      module: FeatureModule,
      providers: [
        {
          provide: Database,
          inject: [SETTINGS, Databases, Handlers, Relay],
          useFactory: async (settings: Settings, databases: Databases, handlers: Handlers, relay: Relay) => {
            const database = await Database.open({
              ...options,
              url: settings.databaseUrl(module),
              directUrl: settings.directUrl(module),
              poolSize: settings.DATABASE_POOL_SIZE,
              migrations: migrationsOf(options),
              whenPending: migratesAtBoot(settings) ? 'migrate' : 'wait',
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
function queueConsumer(module: string, { workers }: QueueEngine): Type<WorkerHost> {
  @Processor(module, { ...WORKER_OPTIONS, connection: workers })
  class QueueConsumer extends WorkerHost {
    constructor(@Inject(Consumer) private readonly consumer: Consumer) {
      super();
    }

    async process(job: Job<JobData>): Promise<void> {
      await this.consumer.process(module, job.data, { isRetry: job.attemptsMade > 0 });
    }
  }
  Object.defineProperty(QueueConsumer, 'name', { value: `${module}QueueConsumer` });
  return QueueConsumer;
}
